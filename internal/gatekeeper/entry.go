package gatekeeper

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// gatherer is the package that has the findings of all rules.
const gatherer = "lib.windows.gather"

// entry is the text of the module that Gatekeeper evaluates. It names no rule, because the gatherer finds every rule of the
// template. gates are the tests of the gate that come first. If another template reports some of these rules, the entry names those that this template reports.
func entry(group group, imports, gates []string) string {
	var conditions []string
	for _, name := range gates {
		conditions = append(conditions, "not gate."+name)
	}
	conditions = append(conditions, "some finding in gather.violation")
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
