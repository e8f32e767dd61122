package gatekeeper

import (
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// gatherer is the package that has the findings of all rules.
const gatherer = "lib.windows.gather"

// entry is the text of the module that Gatekeeper evaluates. It names no rule, because the gatherer finds every rule of the
// template. If another template reports some of these rules, the entry names those that this template reports.
func entry(group group, imports []string) string {
	conditions := []string{"some finding in gather.violation"}
	if slices.Contains(imports, gate) {
		conditions = slices.Insert(conditions, 0, "not gate.closed")
	}
	if len(group.yieldedTo) > 0 {
		conditions = append(conditions, "finding.details.rule in "+setOf(ids(group.rules)).String())
	}
	return fmt.Sprintf("package %s\n\nimport data.%s\n\nviolation contains finding if {\n\t%s\n}\n",
		group.template(), strings.Join(imports, "\nimport data."), strings.Join(conditions, "\n\t"))
}

// setOf is a set of strings in Rego.
func setOf(all []string) ast.Set {
	made := ast.NewSet()
	for _, text := range all {
		made.Add(ast.StringTerm(text))
	}
	return made
}
