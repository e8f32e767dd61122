package gatekeeper

import (
	"fmt"
	"slices"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
)

// gate is the package that a template asks before everything else, to leave most pods at once.
const gate = "lib.windows.gate"

// gatesOf gives the tests of the gate that hold for no object which concerns one of the rules. An update that changes nothing
// concerns none. Without rules about pods there is nothing to test.
func gatesOf(all []rego.Module, rules []catalog.Rule) []string {
	known := slices.ContainsFunc(all, func(module rego.Module) bool { return module.Package() == gate })
	if !known || !slices.ContainsFunc(rules, aboutPods) {
		return nil
	}
	gates := []string{"same"}
	if allReached(rules, namesOf(all, "fields"), func(rule catalog.Rule) ([]string, bool) {
		return rule.AppliesBy, applies(all, rule)
	}) {
		gates = append(gates, "closed")
	}
	if allReached(rules, append(namesOf(all, "absent"), catalog.FactNames(all)...), func(rule catalog.Rule) ([]string, bool) {
		return rule.Needs, rule.Enabled && !slices.Equal(rule.Severities, []finding.Severity{finding.Note})
	}) {
		gates = append(gates, "plain")
	}
	return gates
}

// allReached tells whether each rule about pods to which a test matters declares what it needs, and needs only what is known
// to the test. A rule that declares nothing is always evaluated.
func allReached(rules []catalog.Rule, known []string, needs func(catalog.Rule) ([]string, bool)) bool {
	return !slices.ContainsFunc(rules, func(rule catalog.Rule) bool {
		names, matters := needs(rule)
		return aboutPods(rule) && matters && (len(names) == 0 || slices.ContainsFunc(names, func(name string) bool {
			return !slices.Contains(known, name)
		}))
	})
}

// namesOf reads a set of names in the gate. It is empty if there is no gate.
func namesOf(all []rego.Module, set string) []string {
	value, err := rego.Constant(all, gate, set)
	if err != nil {
		return nil
	}
	var names []string
	items, _ := value.([]any)
	for _, item := range items {
		names = append(names, fmt.Sprint(item))
	}
	return names
}

// applies tells whether a rule may be about other pods than those for Windows.
func applies(all []rego.Module, rule catalog.Rule) bool {
	return slices.ContainsFunc(all, func(module rego.Module) bool {
		return module.Package() == rule.Package && module.Defines("applies")
	})
}
