package tree

import (
	"maps"

	"github.com/open-policy-agent/opa/v1/ast"
)

// A constant of at most `short` characters of Rego is written in the place of its name. A longer one, up to `longest`, is
// only if a single place uses it, because each copy fills the template.
const (
	short   = 200
	longest = 2000
)

// Inline writes constants in the place of their names, because asking a rule for a constant costs an evaluator as much as a
// few conditions.
func (t *Tree) Inline() error {
	known := t.constants()
	uses := map[*ast.Term]int{}
	for i, module := range t.modules {
		eachTerm(module, func(term *ast.Term) bool { return fold(term, known[i]) })
		eachTerm(module, func(term *ast.Term) bool {
			return eachConstant(term, known[i], func(_, constant *ast.Term) { uses[constant]++ })
		})
	}
	for i, module := range t.modules {
		eachTerm(module, func(term *ast.Term) bool {
			return eachConstant(term, known[i], func(place, constant *ast.Term) {
				if whole(place, constant, known[i]) && (uses[constant] == 1 || len(constant.Value.String()) <= short) {
					put(place, constant)
				}
			})
		})
		if err := rehash(module); err != nil {
			return err
		}
	}
	return nil
}

// fold replaces the call object.keys of a constant by its value, a set.
func fold(term *ast.Term, known map[string]*ast.Term) bool {
	call, ok := term.Value.(ast.Call)
	if !ok || call[0].Value.String() != "object.keys" {
		return false
	}
	if value, ok := known[call[1].Value.String()]; ok {
		if entries, ok := value.Value.(ast.Object); ok {
			put(term, ast.SetTerm(entries.Keys()...))
		}
	}
	return true
}

// constants gives the constants that each module may name: "name", or "import.name".
func (t *Tree) constants() []map[string]*ast.Term {
	public := map[string]map[string]*ast.Term{} // by package and name
	for pkg, modules := range t.byPackage {
		public[pkg] = constantsOf(modules)
	}
	t.dropReplaced(public)
	var all []map[string]*ast.Term
	for _, module := range t.modules {
		known := map[string]*ast.Term{}
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
		all = append(all, known)
	}
	return all
}

// eachConstant visits a term that names a constant, or an entry of a constant. It returns true if the term has no other
// parts to visit.
func eachConstant(term *ast.Term, known map[string]*ast.Term, visit func(place, constant *ast.Term)) bool {
	within := func(part *ast.Term) bool { return eachConstant(part, known, visit) }
	switch value := term.Value.(type) {
	case ast.Var:
		if constant, ok := known[string(value)]; ok {
			visit(term, constant)
		}
	case ast.Ref:
		for _, beginning := range []ast.Ref{value[:1], value[:min(2, len(value))]} {
			if constant, ok := known[beginning.String()]; ok {
				visit(term, constant)
				break
			}
		}
		if _, isRef := term.Value.(ast.Ref); !isRef { // the visit replaced it
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

// whole tells whether a term names the constant itself and not an entry of it.
func whole(place, constant *ast.Term, known map[string]*ast.Term) bool {
	ref, isRef := place.Value.(ast.Ref)
	return !isRef || len(ref) == 2 && known[ref.String()] == constant
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

// constantsOf gives the values of the rules of a package that are no more than a value, by name.
func constantsOf(modules []*ast.Module) map[string]*ast.Term {
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
