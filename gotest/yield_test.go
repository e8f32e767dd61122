package gotest

import (
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/sample"
)

// Two rules that yield to each other would both be silent.
func TestYieldsTo_HasNoCircle(t *testing.T) {
	rules := loadRules(t)
	var reaches func(from, to string, way []string) bool
	reaches = func(from, to string, way []string) bool {
		rule, err := catalog.Find(rules, from)
		require.NoError(t, err)
		return slices.ContainsFunc(rule.YieldsTo, func(next string) bool {
			return next == to || !slices.Contains(way, next) && reaches(next, to, append(way, next))
		})
	}
	for _, rule := range rules {
		require.False(t, reaches(rule.ID, rule.ID, nil), "%s yields to itself", rule.ID)
	}
}

// Whatever a finding yields to, something as grave is reported about the same place. This holds for each pair of rules, with
// each severity of both, with either of them off or excepted, and for each choice of categories.
func TestYieldsTo_LeavesSomethingAsGraveReported(t *testing.T) {
	t.Parallel()
	product := newProduct(t)
	rules := loadRules(t)
	pods := slices.DeleteFunc(readSamples(t), func(one sample.Sample) bool {
		return one.Given || one.IsReview() || one.Object.Value["kind"] != "Pod"
	})
	for _, rule := range rules {
		for _, other := range rule.YieldsTo {
			t.Run(rule.ID+" yields to "+other, func(t *testing.T) {
				judged := 0
				for one := range breakingBoth(t, product, pods, rule.ID, other) {
					for _, configuration := range configurations(rule.ID, other) {
						asGrave(t, product, rules, one, configuration)
					}
					if judged++; judged == 3 {
						break
					}
				}
				require.Positive(t, judged, "no two samples make a pod that breaks both rules; write one")
			})
		}
	}
}

// breakingBoth gives pods that break two rules: few samples do, so the samples of one are
// merged into those of the other.
func breakingBoth(t *testing.T, product *product, pods []sample.Sample, rule, other string) iter.Seq[sample.Sample] {
	breaking := func(id string) []sample.Sample {
		return slices.DeleteFunc(slices.Clone(pods), func(one sample.Sample) bool {
			return !slices.ContainsFunc(one.Wants, func(want sample.Want) bool { return want.Rule == id })
		})
	}
	candidates := append(conflicting(t), breaking(other)...)
	for _, one := range breaking(rule) {
		for _, second := range breaking(other) {
			candidates = append(candidates, merged(one, second), merged(second, one))
		}
	}
	return func(yield func(sample.Sample) bool) {
		for _, one := range candidates {
			found := brokenRules(evaluated(t, product, one, "data.lib.windows.gather.raw"))
			if found[rule] && found[other] && !yield(one) {
				return
			}
		}
	}
}

// conflicting are pods that break os-conflict and rules whose samples do not merge with those of os-conflict.
func conflicting(t *testing.T) []sample.Sample {
	t.Helper()
	one := pod(t, "conflicting", nil)
	one.Config = map[string]any{"platform": "generic", "runtimeClasses": map[string]any{"complete": true}}
	metadata, spec := one.Object.Value["metadata"].(map[string]any), one.Object.Value["spec"].(map[string]any)
	metadata["labels"] = map[string]any{"kubernetes.io/os": "linux"}
	spec["os"] = map[string]any{"name": "windows"}
	delete(spec, "nodeSelector")
	other := one
	other.Object.Value = copied(t, one.Object.Value)
	other.Object.Value["spec"].(map[string]any)["runtimeClassName"] = "missing"
	return []sample.Sample{one, other}
}

// merged gives a sample with what another one says put into it.
func merged(one, other sample.Sample) sample.Sample {
	one.Name += " with " + other.Name
	one.Object.Value, _ = put(one.Object.Value, other.Object.Value).(map[string]any)
	one.Config, _ = put(one.Config, other.Config).(map[string]any)
	return one
}

func put(one, other any) any {
	into, isObject := one.(map[string]any)
	from, both := other.(map[string]any)
	if !isObject || !both {
		return other
	}
	made := maps.Clone(into)
	if made == nil {
		made = map[string]any{}
	}
	for key, value := range from {
		made[key] = value
		if old, ok := into[key]; ok {
			made[key] = put(old, value)
		}
	}
	return made
}

// configurations gives every severity of two rules, either of them off or excepted, and every choice of categories.
func configurations(rule, other string) []map[string]any {
	var all []map[string]any
	settings := []map[string]any{{"enabled": false}, {"enabled": true}}
	for _, severity := range everySeverity {
		settings = append(settings, map[string]any{"severity": string(severity)})
	}
	for _, first := range settings {
		for _, second := range settings {
			all = append(all, map[string]any{"rules": map[string]any{rule: first, other: second}})
		}
	}
	for _, id := range []string{rule, other} {
		all = append(all, map[string]any{"exceptions": []any{map[string]any{"rule": id, "reason": "a test"}}})
	}
	for _, categories := range [][]any{
		{"restrictions"}, {"placement"}, {"cluster"},
		{"restrictions", "placement"}, {"restrictions", "cluster"}, {"placement", "cluster"},
		{"restrictions", "placement", "cluster"},
	} {
		all = append(all, map[string]any{"categories": categories})
	}
	return all
}

// asGrave fails if a finding that its configuration lets be reported is covered by nothing that is reported.
func asGrave(t *testing.T, product *product, rules []catalog.Rule, one sample.Sample, configuration map[string]any) {
	t.Helper()
	config := maps.Clone(one.Config)
	if config == nil {
		config = map[string]any{}
	}
	maps.Copy(config, configuration)
	one.Config = config
	reported := evaluated(t, product, one, "data.lib.windows.gather.finding")
	for _, found := range evaluated(t, product, one, "data.lib.windows.gather.raw") {
		rule, err := catalog.Find(rules, found["rule"].(string))
		require.NoError(t, err)
		if categories, ok := config["categories"].([]any); ok {
			require.Contains(t, categories, rule.Category, "a rule of another category has found something")
		}
		if !expected(rule, config) {
			continue
		}
		severity := found["severity"].(string)
		if regraded, ok := settingsOf(rule, config)["severity"].(string); ok {
			severity = regraded
		}
		require.True(t, slices.ContainsFunc(reported, func(other map[string]any) bool {
			covers := other["container"] == nil || other["container"] == found["container"]
			return covers && grave(other["severity"].(string)) >= grave(severity)
		}), "%s of %s, configured %v: %v has nothing as grave in %v", one.Name, one.File, config, found, reported)
	}
}

// expected tells whether the configuration lets a rule report, if it yields to none.
func expected(rule catalog.Rule, config map[string]any) bool {
	if enabled, ok := settingsOf(rule, config)["enabled"].(bool); ok && !enabled || !ok && !rule.Enabled {
		return false
	}
	exceptions, _ := config["exceptions"].([]any)
	return !slices.ContainsFunc(exceptions, func(exception any) bool { return exception.(map[string]any)["rule"] == rule.ID })
}

func settingsOf(rule catalog.Rule, config map[string]any) map[string]any {
	all, _ := config["rules"].(map[string]any)
	settings, _ := all[rule.ID].(map[string]any)
	return settings
}

func grave(severity string) int { return -slices.Index(everySeverity, finding.Severity(severity)) }

// evaluated gives the details of the findings that a query has.
func evaluated(t *testing.T, product *product, one sample.Sample, query string) []map[string]any {
	t.Helper()
	var all []map[string]any
	for _, found := range product.evaluate(t, query, one.Data(), one.Object.Value).([]any) {
		all = append(all, found.(map[string]any)["details"].(map[string]any))
	}
	return all
}

// brokenRules gives the rules of some findings.
func brokenRules(findings []map[string]any) map[string]bool {
	all := map[string]bool{}
	for _, found := range findings {
		all[fmt.Sprint(found["rule"])] = true
	}
	return all
}
