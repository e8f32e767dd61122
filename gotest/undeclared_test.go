package gotest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/sample"
)

// undeclared judges every sample twice: with the whole other objects, and with what the inventory of a rule keeps of
// them. It names the rules whose answers differ, and the field that makes the difference.
func undeclared(t *testing.T, judge engine.Rules, rules []catalog.Rule, samples []sample.Sample) []string {
	t.Helper()
	var problems []string
	groups := byInventory(t, rules)
	runs := map[string]engine.Run{}
	for _, one := range samples {
		if one.Given {
			continue
		}
		whole, alone := answers(t, judge, one, one.Others), answers(t, judge, one, nil)
		for key, group := range groups {
			if runs[key+one.Run] == nil {
				runs[key+one.Run] = cut(one.Others, group[:1])
			}
			part := alone
			if len(runs[key+one.Run]) > 0 {
				part = answers(t, judge, one, runs[key+one.Run])
			}
			for _, rule := range group {
				if slices.Equal(whole[rule.ID], part[rule.ID]) {
					continue
				}
				problems = append(problems, fmt.Sprintf("%s reads %s, which its METADATA does not name (%s: %s)",
					rule.ID, missing(t, judge, one, rule, whole[rule.ID]), one.File, one.Name))
			}
		}
	}
	return problems
}

// byInventory groups the rules that read the same of other objects, so that one judgement answers for all of them.
func byInventory(t *testing.T, rules []catalog.Rule) map[string][]catalog.Rule {
	groups := map[string][]catalog.Rule{}
	for _, rule := range rules {
		key, err := json.Marshal(rule.Inventory)
		require.NoError(t, err)
		groups[string(key)] = append(groups[string(key)], rule)
	}
	return groups
}

func cut(run engine.Run, rules []catalog.Rule) engine.Run {
	inventory, kept := check.NewInventory(rules), engine.Run{}
	for kind, objects := range run {
		for _, object := range objects {
			if part, ok := inventory.Cut(kind, ast.MustInterfaceToValue(object).(ast.Object)); ok {
				kept[kind] = append(kept[kind], part)
			}
		}
	}
	return kept
}

// answers are what the rules say about a sample, by rule, and what they could not verify.
func answers(t *testing.T, judge engine.Rules, one sample.Sample, run engine.Run) map[string][]string {
	t.Helper()
	prepared, err := engine.Prepare(t.Context(), judge, engine.Data{Config: one.Config, Run: run}, today)
	require.NoError(t, err)
	verdict, err := prepared.Judge(t.Context(), one.Object.Value)
	require.NoError(t, err)
	all := map[string][]string{}
	for _, found := range verdict.Findings {
		all[found.Rule] = append(all[found.Rule], fmt.Sprint("found", found))
	}
	for _, found := range verdict.Excepted {
		all[found.Rule] = append(all[found.Rule], fmt.Sprint("excepted", found))
	}
	for _, left := range verdict.Unverified {
		all[left.Rule] = append(all[left.Rule], fmt.Sprint("unverified", left))
	}
	return all
}

// missing names the field of another object that a rule has to name to give the answer it gives with whole objects.
func missing(t *testing.T, judge engine.Rules, one sample.Sample, rule catalog.Rule, want []string) string {
	for _, kind := range catalog.Names(one.Others) {
		for _, object := range one.Others[kind] {
			for _, field := range leaves(object, "") {
				if slices.Contains([]string{"apiVersion", "kind", "metadata.name", "metadata.namespace"}, field) {
					continue // these are kept of every object
				}
				more := catalog.Rule{Metadata: catalog.Metadata{Inventory: []catalog.Synced{{Kinds: []string{kind}, Fields: []string{field}}}}}
				if slices.Equal(want, answers(t, judge, one, cut(one.Others, []catalog.Rule{rule, more}))[rule.ID]) {
					return field + " of " + kind
				}
			}
		}
	}
	return "several fields"
}

// leaves lists the paths of the values that hold no others.
func leaves(value any, path string) []string {
	var all []string
	switch value := value.(type) {
	case map[string]any:
		for _, key := range catalog.Names(value) {
			step := "." + key
			if strings.ContainsAny(key, "./") {
				step = "[" + key + "]"
			}
			all = append(all, leaves(value[key], strings.TrimPrefix(path+step, "."))...)
		}
	case []any:
		for _, item := range value {
			all = append(all, leaves(item, path+"[*]")...)
		}
	default:
		all = append(all, path)
	}
	return all
}
