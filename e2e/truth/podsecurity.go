package main

import "winpolicy/internal/engine"

// podSecurity gives the checks of the level restricted that a Windows pod fails though it passes windows-restricted.
func (j judge) podSecurity(asked request, answer verdict, findings []engine.Finding, count *tally) []disagreement {
	if asked.Operation != "CREATE" || asked.Object["kind"] != "Pod" || len(answer.Errors) > 0 || answer.Fault != "" {
		return nil
	}
	spec, _ := asked.Object["spec"].(object)
	if declared, _ := spec["os"].(object); declared["name"] != "windows" {
		return nil
	}
	for _, one := range findings {
		if one.Severity != "note" && j.restricted(one.Rule) {
			return nil
		}
	}
	count.podSecurity++
	var all []disagreement
	for _, check := range answer.PodSecurity {
		all = append(all, disagreement{rule: podSecurityRule, path: "spec", cause: check})
	}
	return all
}

// podSecurityRule stands for the bundle windows-restricted in the table of differences.
const podSecurityRule = "windows-restricted"
