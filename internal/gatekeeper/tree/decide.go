package tree

import "github.com/open-policy-agent/opa/v1/ast"

// Decide treats a condition as true that always holds in a template, and that the modules import: "lib.windows.subject"
// and "gatekeeper". A rule whose first branch has this condition alone loses it and its other branches. Prune then leaves
// out what only those used.
func (t *Tree) Decide(pkg, condition string) {
	for _, module := range t.modules {
		names := imports(module)
		for _, rule := range module.Rules {
			if len(rule.Body) != 1 {
				continue
			}
			term, ok := rule.Body[0].Terms.(*ast.Term)
			if !ok || rule.Body[0].Negated || len(rule.Body[0].With) > 0 {
				continue
			}
			ref, ok := term.Value.(ast.Ref)
			if !ok || len(ref) != 2 || ref[1].Value.Compare(ast.String(condition)) != 0 {
				continue
			}
			if head, ok := ref[0].Value.(ast.Var); ok && names[string(head)] == pkg {
				holds := ast.BooleanTerm(true)
				holds.Location = located(term, "true")
				rule.Body[0].Terms = holds
				rule.Else = nil
			}
		}
	}
}
