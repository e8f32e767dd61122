package rego

import (
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// longest is the size of a literal that is still written in the place of its name.
const longest = 2000

// Inline writes constants where they are used, in the place of their names: to ask a rule for a literal costs an
// evaluator as much as a few conditions. It gives the source of each module by its path; what it leaves stands as it was.
func Inline(all []Module) map[string]string {
	public := map[string]map[string]string{} // by package and name
	for _, module := range all {
		public[module.Package()] = module.literals()
	}
	sources := map[string]string{}
	for _, module := range all {
		local := module.locals()
		known := map[string]string{}
		for name, text := range public[module.Package()] {
			if !local[ast.Var(name)] {
				known[name] = text
			}
		}
		for _, imported := range module.Parsed.Imports {
			for name, text := range public[strings.TrimPrefix(imported.Path.String(), "data.")] {
				if !local[imported.Name()] {
					known[string(imported.Name())+"."+name] = text
				}
			}
		}
		sources[module.Path] = module.replaced(known)
	}
	return sources
}

// literals are the rules that are no more than a value, as it is written, by their names.
func (m Module) literals() map[string]string {
	all := map[string]string{}
	defined := map[string]int{}
	for _, rule := range m.Parsed.Rules {
		name := rule.Head.Name.String()
		defined[name]++
		value := rule.Head.Value
		if rule.Default || rule.Else != nil || len(rule.Head.Args) > 0 || rule.Head.RuleKind() != ast.SingleValue || len(rule.Head.Reference) > 1 {
			continue
		}
		if !rule.Body.Equal(ast.NewBody(ast.NewExpr(ast.BooleanTerm(true)))) || value == nil || !literal(value) {
			continue
		}
		if text := string(value.Location.Text); len(text) <= longest && !strings.Contains(text, "#") {
			all[name] = oneLine(text)
		}
	}
	for name, times := range defined {
		if times > 1 {
			delete(all, name)
		}
	}
	return all
}

// locals are the variables that are declared anywhere in the module. Where one is, its name means no constant.
func (m Module) locals() map[ast.Var]bool {
	all := map[ast.Var]bool{}
	add := func(terms ...*ast.Term) {
		for _, term := range terms {
			if term == nil { // every without a key
				continue
			}
			ast.WalkVars(term, func(name ast.Var) bool {
				all[name] = true
				return false
			})
		}
	}
	ast.WalkRules(m.Parsed, func(rule *ast.Rule) bool {
		add(rule.Head.Args...)
		return false
	})
	ast.WalkExprs(m.Parsed, func(expression *ast.Expr) bool {
		switch terms := expression.Terms.(type) {
		case *ast.SomeDecl:
			for _, symbol := range terms.Symbols {
				if call, ok := symbol.Value.(ast.Call); ok { // some key, value in collection
					add(call[1 : len(call)-1]...)
				} else {
					add(symbol)
				}
			}
		case *ast.Every:
			add(terms.Key, terms.Value)
		default:
			if expression.IsAssignment() {
				add(expression.Operand(0))
			}
		}
		return false
	})
	return all
}

// literal tells whether a term refers to nothing.
func literal(term *ast.Term) bool {
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

// replaced is the source with the texts of constants in the place of their names.
func (m Module) replaced(known map[string]string) string {
	type place struct {
		from, to int
		text     string
	}
	var places []place
	var note func(term *ast.Term) bool
	note = func(term *ast.Term) bool {
		if term.Location == nil {
			return false
		}
		if text, ok := known[string(term.Location.Text)]; ok && term.Value.String() == string(term.Location.Text) {
			from := term.Location.Offset
			places = append(places, place{from, from + len(term.Location.Text), text})
			return true
		}
		if ref, ok := term.Value.(ast.Ref); ok { // its beginning is a name, and what follows may be any term
			for _, part := range ref[1:] {
				ast.WalkTerms(part, note)
			}
			return true
		}
		return false
	}
	for _, rule := range m.Parsed.Rules {
		for ; rule != nil; rule = rule.Else {
			ast.WalkTerms(rule.Body, note)
			for _, term := range []*ast.Term{rule.Head.Key, rule.Head.Value} {
				if term != nil {
					ast.WalkTerms(term, note)
				}
			}
		}
	}
	slices.SortFunc(places, func(a, b place) int { return b.from - a.from })
	source := string(m.Source)
	for _, place := range slices.Compact(places) { // a value may stand in several heads
		source = source[:place.from] + place.text + source[place.to:]
	}
	return source
}

func oneLine(text string) string {
	var lines []string
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return strings.Join(lines, " ")
}
