package tree

import (
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"
)

// longest is the length of a constant that is still written in the place of its name, in characters of Rego.
const longest = 2000

// Inline writes constants in the place of their names, because asking a rule for a constant costs an evaluator as much as a
// few conditions.
func (t *Tree) Inline() error {
	public := map[string]map[string]*ast.Term{} // by package and name
	for pkg, modules := range t.byPackage {
		public[pkg] = constants(modules)
	}
	t.dropReplaced(public)
	for _, module := range t.modules {
		known := map[string]*ast.Term{} // by "name" or "import.name"
		hidden := locals(module)
		for name, value := range public[PackageOf(module)] {
			if !hidden[name] {
				known[name] = value
			}
		}
		for name, imported := range imports(module) {
			for constant, value := range public[imported] {
				if !hidden[name] {
					known[name+"."+constant] = value
				}
			}
		}
		eachTerm(module, func(term *ast.Term) bool { return inline(term, known) })
		if err := rehash(module); err != nil {
			return err
		}
	}
	return nil
}

// inline replaces a term that names a constant. Of a longer reference only the parts after its first may be constants.
func inline(term *ast.Term, known map[string]*ast.Term) bool {
	within := func(part *ast.Term) bool { return inline(part, known) }
	switch value := term.Value.(type) {
	case ast.Var:
		if constant, ok := known[string(value)]; ok {
			put(term, constant)
		}
	case ast.Ref:
		if constant, ok := known[value.String()]; ok && len(value) == 2 {
			put(term, constant)
			return true
		}
		for i, part := range value {
			if _, isName := part.Value.(ast.Var); i > 0 || !isName {
				ast.WalkTerms(part, within)
			}
		}
	default:
		return false
	}
	return true
}

// dropReplaced leaves out every name that some `with` replaces: a constant in its place would ignore the replacement.
func (t *Tree) dropReplaced(public map[string]map[string]*ast.Term) {
	for _, module := range t.modules {
		ast.WalkWiths(module, func(with *ast.With) bool {
			ref, ok := with.Target.Value.(ast.Ref)
			if !ok {
				delete(public[PackageOf(module)], with.Target.Value.String())
				return false
			}
			imported := imports(module)[ref[0].Value.String()]
			if len(ref) == 1 {
				delete(public, imported)
			} else if name, ok := ref[1].Value.(ast.String); ok {
				delete(public[imported], string(name))
			}
			return false
		})
	}
}

// constants gives the values of the rules of a package that are no more than a value, by name.
func constants(modules []*ast.Module) map[string]*ast.Term {
	all := map[string]*ast.Term{}
	times := map[string]int{}
	for _, rule := range rulesOf(modules) {
		name := nameOf(rule)
		times[name]++
		value := rule.Head.Value
		if rule.Default || rule.Else != nil || len(rule.Head.Args) > 0 || rule.Head.RuleKind() != ast.SingleValue || len(rule.Head.Reference) > 1 {
			continue
		}
		if value != nil && unconditional(rule) && constant(value) && len(value.Value.String()) <= longest {
			all[name] = value
		}
	}
	maps.DeleteFunc(all, func(name string, _ *ast.Term) bool { return times[name] > 1 })
	return all
}

func rulesOf(modules []*ast.Module) []*ast.Rule {
	var all []*ast.Rule
	for _, module := range modules {
		all = append(all, module.Rules...)
	}
	return all
}

func unconditional(rule *ast.Rule) bool {
	return rule.Body.Equal(ast.NewBody(ast.NewExpr(ast.BooleanTerm(true))))
}

// constant tells whether a term refers to nothing.
func constant(term *ast.Term) bool {
	plain := true
	ast.WalkTerms(term, func(part *ast.Term) bool {
		switch part.Value.(type) {
		case ast.Null, ast.Boolean, ast.Number, ast.String, *ast.Array, ast.Object, ast.Set:
		default:
			plain = false
		}
		return !plain
	})
	return plain
}

// locals gives the variables that a module declares anywhere: there the name does not mean the constant.
func locals(module *ast.Module) map[string]bool {
	all := map[string]bool{}
	declare := func(terms ...*ast.Term) {
		for _, term := range terms {
			if term == nil { // `every` without a key
				continue
			}
			ast.WalkVars(term, func(name ast.Var) bool {
				all[string(name)] = true
				return false
			})
		}
	}
	ast.WalkRules(module, func(rule *ast.Rule) bool {
		declare(rule.Head.Args...)
		return false
	})
	ast.WalkExprs(module, func(expression *ast.Expr) bool {
		switch terms := expression.Terms.(type) {
		case *ast.SomeDecl:
			declareSome(terms, declare)
		case *ast.Every:
			declare(terms.Key, terms.Value)
		default:
			if expression.IsAssignment() {
				declare(expression.Operand(0))
			}
		}
		return false
	})
	return all
}

func declareSome(declaration *ast.SomeDecl, declare func(...*ast.Term)) {
	for _, symbol := range declaration.Symbols {
		if call, ok := symbol.Value.(ast.Call); ok { // some key, value in collection
			declare(call[1 : len(call)-1]...)
		} else {
			declare(symbol)
		}
	}
}
