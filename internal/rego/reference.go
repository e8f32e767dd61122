package rego

import (
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Strays are the references to data.lib that stand anywhere but in an import. Gatekeeper rewrites such a reference at the
// top of an expression only; inside a call, a `some … in`, a comprehension or a `not` it silently yields nothing.
func (m Module) Strays() []error {
	library := ast.MustParseRef("data.lib")
	var all []error
	for _, rule := range m.Parsed.Rules {
		ast.WalkRefs(rule, func(ref ast.Ref) bool {
			if ref.HasPrefix(library) {
				all = append(all, fmt.Errorf("%s:%d: %s: import it, and use the name of the import", m.File(), ref[0].Location.Row, ref))
			}
			return false
		})
	}
	return all
}
