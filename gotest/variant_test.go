package gotest

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
	"winpolicy/internal/sample"
)

// variants gives the sample under each configuration of a rule, with what it then expects.
func variants(t *testing.T, rules *engine.Engine, one sample.Sample, rule string) map[string]sample.Sample {
	all := map[string]sample.Sample{"off": configured(one, rule, map[string]any{"enabled": false}, "")}
	for _, severity := range everySeverity {
		all["graded "+string(severity)] = configured(one, rule, map[string]any{"severity": string(severity)}, severity)
	}
	object := one.Judged()
	exception := map[string]any{"rule": rule, "reason": "a test", "kind": object["kind"], "expires": "9999-12-31"}
	if hasName(one) {
		exception["name"] = one.Name
	}
	all["excepted by object"] = excepted(one, one.Wants, exception)
	all["not excepted any more"] = withException(one, map[string]any{
		"rule": rule, "reason": "a test", "expires": "2001-01-01",
	})
	if !one.IsReview() && hasName(one) {
		owned := owned(t, one)
		all["excepted by controller"] = excepted(owned, one.Wants, map[string]any{
			"rule": rule, "reason": "a test", "kind": "Operat*", "name": "owner",
		})
	}
	if container, left := containerOf(t, rules, one, rule); container != "" {
		variant := withException(one, map[string]any{"rule": rule, "reason": "a test", "container": container})
		variant.Wants = left
		all["excepted by container"] = variant
	}
	return all
}

// configured adds settings of a rule. The rule's findings then have the severity, or are gone if it is "".
func configured(one sample.Sample, rule string, settings map[string]any, severity finding.Severity) sample.Sample {
	rules, _ := one.Config["rules"].(map[string]any)
	before, _ := rules[rule].(map[string]any)
	one.Config = joined(one.Config, "rules", joined(rules, rule, union(before, settings)))
	var wants []sample.Want
	for _, want := range one.Wants {
		if want.Rule != rule {
			wants = append(wants, want)
		} else if severity != "" {
			want.Severity = severity
			wants = append(wants, want)
		}
	}
	one.Wants = wants
	return one
}

func excepted(one sample.Sample, wants []sample.Want, exception map[string]any) sample.Sample {
	one = withException(one, exception)
	one.Wants = slices.DeleteFunc(slices.Clone(wants), func(want sample.Want) bool { return want.Rule == exception["rule"] })
	return one
}

func withException(one sample.Sample, exception map[string]any) sample.Sample {
	one.Config = joined(one.Config, "exceptions", []any{exception})
	return one
}

func joined(in map[string]any, key string, value any) map[string]any {
	return union(in, map[string]any{key: value})
}

func union(in, over map[string]any) map[string]any {
	all := map[string]any{}
	maps.Copy(all, in)
	maps.Copy(all, over)
	return all
}

// owned gives the sample with a controller that is not judged itself.
func owned(t *testing.T, one sample.Sample) sample.Sample {
	t.Helper()
	text, err := json.Marshal(one.Object.Value)
	require.NoError(t, err)
	objects, faults := manifest.Document{File: one.File, Line: 1, Raw: text}.Objects()
	require.Empty(t, faults)
	one.Object = objects[0]
	one.Object.Value["metadata"].(map[string]any)["ownerReferences"] = []any{
		map[string]any{"apiVersion": "example.com/v1", "kind": "Operator", "name": "owner", "uid": "u", "controller": true},
	}
	return one
}

// containerOf gives a container in which the rule finds something, and the findings outside of it.
func containerOf(t *testing.T, rules *engine.Engine, one sample.Sample, rule string) (string, []sample.Want) {
	container := ""
	var left []sample.Want
	for _, found := range findings(t, rules, one.Object.Value) {
		if found.Rule == rule && container == "" {
			container = found.Container
		}
		if found.Rule != rule || found.Container == "" || found.Container != container {
			left = append(left, sample.Want{Severity: found.Severity, Rule: found.Rule})
		}
	}
	return container, left
}
