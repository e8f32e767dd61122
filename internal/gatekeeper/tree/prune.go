package tree

import (
	"slices"

	"github.com/open-policy-agent/opa/v1/ast"
)

// name is a rule, or all rules of one name, in a package.
type name struct{ pkg, rule string }

// Prune leaves out the rules that nothing reaches from the roots, modules without rules, and imports without use. The roots
// are names of rules by package; a rule that is only reached through a variable, as in rules[name].finding, has to be one.
func (t *Tree) Prune(roots map[string][]string) {
	reached := t.reached(roots)
	for _, module := range t.modules {
		pkg := PackageOf(module)
		module.Rules = slices.DeleteFunc(module.Rules, func(rule *ast.Rule) bool { return !reached[name{pkg, nameOf(rule)}] })
		used := used(module)
		module.Imports = slices.DeleteFunc(module.Imports, func(imported *ast.Import) bool { return !used[imported.Name()] })
	}
	t.modules = slices.DeleteFunc(t.modules, func(module *ast.Module) bool { return len(module.Rules) == 0 })
}

func (t *Tree) reached(roots map[string][]string) map[name]bool {
	reached := map[name]bool{}
	var queue []name
	reach := func(one name) {
		if !reached[one] {
			reached[one] = true
			queue = append(queue, one)
		}
	}
	for pkg, rules := range roots {
		for _, rule := range rules {
			reach(name{pkg, rule})
		}
	}
	for ; len(queue) > 0; queue = queue[1:] {
		for _, module := range t.byPackage[queue[0].pkg] {
			for _, rule := range module.Rules {
				if nameOf(rule) == queue[0].rule {
					t.follow(module, rule, reach)
				}
			}
		}
	}
	return reached
}

// follow reaches everything that a rule names: rules of its own package, and of those that the module imports. A package that
// is used as a whole, or through a variable, is reached whole.
func (t *Tree) follow(module *ast.Module, rule *ast.Rule, reach func(name)) {
	pkg, imported := PackageOf(module), imports(module)
	var visit func(*ast.Term) bool
	visit = func(term *ast.Term) bool {
		switch value := term.Value.(type) {
		case ast.Var:
			reach(name{pkg, string(value)})
			t.reachAll(imported[string(value)], reach)
		case ast.Ref:
			rest := value
			if head, ok := value[0].Value.(ast.Var); ok && len(value) > 1 {
				rest = value[1:]
				reach(name{pkg, string(head)})
				if part, ok := value[1].Value.(ast.String); ok {
					reach(name{imported[string(head)], string(part)})
				} else {
					t.reachAll(imported[string(head)], reach)
				}
			}
			for _, part := range rest {
				ast.WalkTerms(part, visit)
			}
			return true
		}
		return false
	}
	ast.WalkTerms(rule, visit)
}

func (t *Tree) reachAll(pkg string, reach func(name)) {
	for _, module := range t.byPackage[pkg] {
		for _, rule := range module.Rules {
			reach(name{pkg, nameOf(rule)})
		}
	}
}

// used gives the names by which a module refers to something.
func used(module *ast.Module) map[ast.Var]bool {
	all := map[ast.Var]bool{}
	for _, rule := range module.Rules {
		ast.WalkTerms(rule, func(term *ast.Term) bool {
			if name, ok := term.Value.(ast.Var); ok {
				all[name] = true
			}
			return false
		})
	}
	return all
}
