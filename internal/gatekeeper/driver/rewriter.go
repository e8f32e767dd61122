package driver

import (
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// libraryRoot is the package below which a template's libraries stand. Gatekeeper puts them below data.libs, so that those of
// two templates do not meet.
var libraryRoot = ast.MustParseRef("data.lib")

// rewriter checks and rewrites the references of a template.
type rewriter struct {
	externs []ast.Ref // what of data a template may read that it does not define
}

// check gives an error for each import and reference that Gatekeeper refuses.
func (r rewriter) check(module *ast.Module) error {
	var problems []error
	for _, imported := range module.Imports {
		path, ok := imported.Path.Value.(ast.Ref)
		if !ok || !path.HasPrefix(libraryRoot) && !path[0].Equal(ast.VarTerm("future")) {
			problems = append(problems, fmt.Errorf("%s: import %s: Gatekeeper takes only imports of data.lib; remove this one", imported.Location, imported.Path))
		}
	}
	for _, rule := range module.Rules {
		ast.WalkRefs(rule, func(ref ast.Ref) bool {
			if isData(ref) && !ref.HasPrefix(libraryRoot) && !r.extern(ref) {
				problems = append(problems, fmt.Errorf("%s: %s: this template may not read it; Gatekeeper allows data.lib, and data.inventory in a template of its own", ref[0].Location, ref))
			}
			return false
		})
	}
	return errors.Join(problems...)
}

func (r rewriter) extern(ref ast.Ref) bool {
	for _, extern := range r.externs {
		if ref.HasPrefix(extern) {
			return true
		}
	}
	return false
}

// rewrite puts imports and references of data.lib below data.libs. Like Gatekeeper it rewrites a reference only at the top of
// an expression.
func (r rewriter) rewrite(module *ast.Module) {
	for _, imported := range module.Imports {
		if path, ok := imported.Path.Value.(ast.Ref); ok && isData(path) {
			imported.Path.Value = prefixed(path)
		}
	}
	for _, rule := range module.Rules {
		ast.WalkTerms(rule, func(term *ast.Term) bool {
			if ref, ok := term.Value.(ast.Ref); ok && isData(ref) && !r.extern(ref) {
				term.Value = prefixed(ref)
			}
			return true
		})
	}
}

func isData(ref ast.Ref) bool { return len(ref) > 0 && ref[0].Equal(ast.DefaultRootDocument) }

// prefixed gives data.lib.x as data.libs.lib.x.
func prefixed(ref ast.Ref) ast.Ref {
	return append(ast.Ref{ref[0], ast.StringTerm("libs")}, ref[1:]...)
}
