package check

import (
	"fmt"
	"slices"

	"winpolicy/internal/engine"
	"winpolicy/internal/report"
)

// EscapeRule is the rule about workloads that can land on Windows nodes because they select no OS, and SelectorParameter is its
// parameter that asks every workload for one.
const (
	EscapeRule        = "linux-escape"
	SelectorParameter = "requireLinuxSelector"
)

// Untainted returns a diagnostic that counts the workloads of a run which select no OS, if the configuration tells that
// no taint keeps them off Windows nodes. There is none if the configuration sets the parameter that asks for an OS, because
// then the reader has decided. platforms holds the facts of each platform, by name.
func Untainted(total report.Total, config engine.Config, platforms map[string]any) []report.Diagnostic {
	nodes, ok := untaintedNodes(config, platforms)
	if !ok || AsksForOS(config) {
		return nil
	}
	const repair = "Set rules." + EscapeRule + ".parameters." + SelectorParameter + " to get a warning for each."
	switch workloads := total.ByRule[EscapeRule]; workloads {
	case 0:
		return nil
	case 1:
		return untainted(fmt.Sprintf("1 workload selects no OS, and %s have no taint that keeps it away. %s", nodes, repair))
	default:
		return untainted(fmt.Sprintf("%d workloads select no OS, and %s have no taint that keeps them away. %s", workloads, nodes, repair))
	}
}

func untainted(message string) []report.Diagnostic {
	return []report.Diagnostic{{Kind: "untainted", Message: message}}
}

// untaintedNodes names the Windows nodes of the configuration, and reports whether no taint of theirs keeps pods away. A
// configuration that names neither a platform nor taints tells nothing.
func untaintedNodes(config engine.Config, platforms map[string]any) (string, bool) {
	name, _ := config["platform"].(string)
	nodes := "Windows nodes"
	taints, known := config["taints"].([]any)
	if !known {
		var facts map[string]any
		if facts, known = platforms[name].(map[string]any); !known {
			return "", false
		}
		taints, _ = facts["taints"].([]any)
		nodes += " of " + name
	}
	return nodes, !slices.ContainsFunc(taints, func(taint any) bool {
		fields, _ := taint.(map[string]any)
		return fields["effect"] == "NoSchedule" || fields["effect"] == "NoExecute"
	})
}

// AsksForOS reports whether the configuration sets the parameter that asks every workload for its OS.
func AsksForOS(config engine.Config) bool {
	rules, _ := config["rules"].(map[string]any)
	rule, _ := rules[EscapeRule].(map[string]any)
	parameters, _ := rule["parameters"].(map[string]any)
	return parameters[SelectorParameter] != nil
}
