package tree

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// The names that a package of facts gives to its sources, and an entry of a table to its own.
const (
	sources = "sources"
	source  = "source"
)

// DropSources leaves out the source of each entry in the packages below a parent, because no rule reads it. A package whose
// sources some module reads stays as it is.
func (t *Tree) DropSources(parent string) error {
	read := map[string]bool{}
	for _, module := range t.modules {
		imported := imports(module)
		ast.WalkRefs(module, func(ref ast.Ref) bool {
			if name, ok := ref[0].Value.(ast.Var); ok && len(ref) > 1 && ref[1].Value.Compare(ast.String(sources)) == 0 {
				read[imported[string(name)]] = true
			}
			return false
		})
	}
	for _, module := range t.modules {
		if pkg := PackageOf(module); !strings.HasPrefix(pkg, parent+".") || read[pkg] {
			continue
		}
		for _, rule := range module.Rules {
			if rule.Head.Value == nil || nameOf(rule) == sources {
				continue
			}
			if table, ok := rule.Head.Value.Value.(ast.Object); ok {
				rule.Head.Value.Value = withoutSources(table)
			}
		}
		if err := rehash(module); err != nil {
			return err
		}
	}
	return nil
}

func withoutSources(table ast.Object) ast.Object {
	made := ast.NewObject()
	table.Foreach(func(name, entry *ast.Term) {
		if facts, ok := entry.Value.(ast.Object); ok {
			short := ast.NewObject()
			facts.Foreach(func(key, value *ast.Term) {
				if key.Value.Compare(ast.String(source)) != 0 {
					short.Insert(key, value)
				}
			})
			entry = &ast.Term{Value: short, Location: entry.Location}
		}
		made.Insert(name, entry)
	})
	return made
}
