package tree

import (
	"errors"
	"fmt"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// DropSources removes the key "source" of every entry in the packages below a parent. Readers find the sources on a page,
// and a template has no room for them. A package keeps them if a rule reads its `sources`. A module that reads the key
// "source" without `sources` is an error with its file and line.
func (t *Tree) DropSources(parent string) error {
	kept := map[string]bool{}
	var problems []error
	for _, module := range t.modules {
		names, reads := imports(module), false
		var at []error
		ast.WalkRefs(module, func(ref ast.Ref) bool {
			if len(ref) > 1 && ref[1].Value.Compare(ast.String("sources")) == 0 {
				reads = true
				kept[names[ref[0].Value.String()]] = true
			}
			for _, part := range ref[1:] {
				if part.Value.Compare(source) == 0 {
					at = append(at, fmt.Errorf("%s: %s: a template has no sources of entries; read also `sources` of the package", ref[0].Location, ref))
				}
			}
			return false
		})
		if !reads {
			problems = append(problems, at...)
		}
	}
	for _, module := range t.modules {
		if pkg := PackageOf(module); strings.HasPrefix(pkg, parent+".") && !kept[pkg] {
			dropSources(module)
		}
	}
	return errors.Join(problems...)
}

var source = ast.String("source")

func dropSources(module *ast.Module) {
	for _, rule := range module.Rules {
		entries, ok := rule.Head.Value.Value.(ast.Object)
		if !ok || nameOf(rule) == "sources" {
			continue
		}
		left := ast.NewObject()
		entries.Foreach(func(name, entry *ast.Term) { left.Insert(name, withoutSource(entry)) })
		rule.Head.Value = &ast.Term{Value: left, Location: rule.Head.Value.Location}
	}
}

func withoutSource(entry *ast.Term) *ast.Term {
	facts, ok := entry.Value.(ast.Object)
	if !ok {
		return entry
	}
	left := ast.NewObject()
	facts.Foreach(func(key, value *ast.Term) {
		if key.Value.Compare(source) != 0 {
			left.Insert(key, value)
		}
	})
	return &ast.Term{Value: left, Location: entry.Location}
}
