package tree

import (
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// define adds a rule with a constant value to the end of a module. It returns the term that names the rule.
func define(module *ast.Module, name string, value *ast.Term) (*ast.Term, error) {
	last := 0
	for _, rule := range module.Rules {
		if nameOf(rule) == name {
			return nil, fmt.Errorf("%s: a template needs the name %s itself; rename the rule", rule.Location, name)
		}
		last = max(last, rule.Location.Row+strings.Count(string(rule.Location.Text), "\n")+1)
	}
	parsed, err := ast.ParseModuleWithOpts("", fmt.Sprintf("package made\n\n%s := %s", name, value), ast.ParserOptions{RegoVersion: ast.RegoV1})
	if err != nil {
		return nil, err
	}
	made := parsed.Rules[0]
	ast.WalkNodes(made, func(node ast.Node) bool {
		if location := node.Loc(); location != nil { // the formatter sorts by row, and a parsed rule stands on the first
			moved := *location
			moved.File, moved.Row = module.Package.Location.File, last+2
			node.SetLoc(&moved)
		}
		return false
	})
	made.Module = module
	module.Rules = append(module.Rules, made)
	return ast.VarTerm(name), nil
}
