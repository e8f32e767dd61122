package gatekeeper

import (
	"slices"

	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
)

// gate is the package that a template asks before everything else, to leave most Linux pods at once.
const gate = "lib.windows.gate"

// gated tells whether the gate knows all fields by which the rules may be about pods that are not for Windows.
func gated(all []rego.Module, rules []catalog.Rule) bool {
	known, err := rego.Constant(all, gate, "fields")
	fields, _ := known.([]any)
	return err == nil && !slices.ContainsFunc(rules, func(rule catalog.Rule) bool {
		return aboutPods(rule) && applies(all, rule) && (len(rule.AppliesBy) == 0 || slices.ContainsFunc(rule.AppliesBy, func(field string) bool {
			return !slices.Contains(fields, any(field))
		}))
	})
}

// applies tells whether a rule may be about other pods than those for Windows.
func applies(all []rego.Module, rule catalog.Rule) bool {
	return slices.ContainsFunc(all, func(module rego.Module) bool {
		return module.Package() == rule.Package && module.Defines("applies")
	})
}
