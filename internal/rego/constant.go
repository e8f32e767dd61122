package rego

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Constant reads a rule that is a literal, such as a table, as encoding/json would decode it.
func Constant(all []Module, pkg, name string) (any, error) {
	for _, module := range all {
		if module.Package() != pkg {
			continue
		}
		for _, rule := range module.Parsed.Rules {
			if rule.Head.Name.String() == name && rule.Head.Value != nil && rule.Head.Value.IsGround() {
				return ast.JSON(rule.Head.Value.Value)
			}
		}
	}
	return nil, fmt.Errorf("package %s has no constant %s", pkg, name)
}
