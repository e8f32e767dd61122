package gatekeeper

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"winpolicy/internal/rego"
)

// inventory is the only package that reads data.inventory.
const inventory = "lib.windows.inventory"

// closureOf gives the modules that a template needs. Only a referential template has the inventory: in others an import of it
// is undefined, because Gatekeeper refuses a template that reads it on a cluster without referential rules.
func closureOf(all []rego.Module, group group, imports []string) ([]rego.Module, error) {
	if !group.referential() {
		all = slices.DeleteFunc(slices.Clone(all), func(module rego.Module) bool { return module.Package() == inventory })
	}
	roots := slices.Clone(imports)
	for _, rule := range group.judged() {
		roots = append(roots, rule.Package)
	}
	picked := rego.Closure(all, roots...)
	return picked, checkImports(all, picked)
}

// checkImports refuses an import of a rule. It does not bring the package of the rule into the template, and what is missing
// there is silently undefined.
func checkImports(all, picked []rego.Module) error {
	var problems []error
	for _, module := range picked {
		for _, imported := range module.Parsed.Imports {
			path := strings.TrimPrefix(imported.Path.String(), "data.")
			dot := max(strings.LastIndex(path, "."), 0)
			if slices.ContainsFunc(all, func(other rego.Module) bool { return other.Package() == path[:dot] && other.Defines(path[dot+1:]) }) {
				problems = append(problems, fmt.Errorf("%s:%d: import data.%s: a template imports packages, not rules; import data.%s",
					module.File(), imported.Location.Row, path, path[:dot]))
			}
		}
	}
	return errors.Join(problems...)
}
