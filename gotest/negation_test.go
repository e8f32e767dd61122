package gotest

import (
	"fmt"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"
)

// In `not f(item.name)` OPA evaluates item.name before the `not`. If the field is missing, the whole body is undefined, and a
// set that counts bad items misses this one. So a gate never negates a call with an argument that can be undefined: it writes
// object.get with a default.
func TestGates_NegateNoArgumentThatCanBeMissing(t *testing.T) {
	t.Parallel()
	judged := 0
	for _, module := range newProduct(t).modules {
		if pkg := module.Package(); pkg == "lib.windows.gate" || pkg == "lib.windows.facts" {
			judged++
			require.Empty(t, missable(module.Parsed), module.Path)
		}
	}
	require.Equal(t, 2, judged)
}

func TestGates_NegationsAreJudged(t *testing.T) {
	t.Parallel()
	for condition, want := range map[string][]string{
		`not f(item.name)`:                             {"6: item.name"},
		`not f(g(item.name))`:                          {"6: item.name"},
		`not item.name in {"a"}`:                       {"6: item.name"},
		`{1 | some x in item; not f(x.name)} == set()`: {"6: x.name"},
		`not f(object.get(item, "name", ""))`:          nil,
		`not f(item)`:                                  nil,
		`not item.name`:                                nil,
		`not f(tables.names)`:                          nil,
		`f(item.name)`:                                 nil,
	} {
		t.Run(condition, func(t *testing.T) {
			text := "package a\n\nimport data.tables\n\nallow if {\n\t" + condition + "\n}\n"
			require.Equal(t, want, missable(ast.MustParseModule(text)))
		})
	}
}

// missable gives the arguments of negated calls that can be undefined: parts of something that is no constant.
func missable(module *ast.Module) []string {
	imported := map[string]bool{}
	for _, one := range module.Imports {
		imported[one.Name().String()] = true
	}
	var all []string
	ast.WalkExprs(module, func(expression *ast.Expr) bool {
		if expression.Negated && expression.IsCall() {
			for _, argument := range expression.Operands() {
				all = append(all, partsIn(argument, imported)...)
			}
		}
		return false
	})
	return all
}

// partsIn gives the parts of variables in a term, with their lines. The operator of a call is no part of anything.
func partsIn(term *ast.Term, imported map[string]bool) []string {
	var all []string
	switch value := term.Value.(type) {
	case ast.Call:
		for _, argument := range value[1:] {
			all = append(all, partsIn(argument, imported)...)
		}
	case ast.Ref:
		if len(value) > 1 && !imported[value[0].Value.String()] {
			all = append(all, fmt.Sprintf("%d: %s", term.Location.Row, term))
		}
	}
	return all
}
