// Package rego reads Rego modules from a file tree.
package rego

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Module is one Rego file.
type Module struct {
	Path   string      // slash-separated, below the root of the tree it was read from
	Source []byte      // as it stands in the file
	Parsed *ast.Module // with its annotations
}

// Load reads every Rego file below the root of each tree, tests left out, ordered by path. A path that stands in two
// trees is an error: one of the two files would be lost.
func Load(trees ...fs.FS) ([]Module, error) {
	var all []Module
	seen := map[string]bool{}
	for _, tree := range trees {
		err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path.Ext(name) != ".rego" || strings.HasSuffix(name, "_test.rego") {
				return err
			}
			if seen[name] {
				return fmt.Errorf("%s: there are two files of this name, remove or rename one", name)
			}
			seen[name] = true
			module, err := read(tree, name)
			all = append(all, module)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("read Rego: %w", err)
		}
	}
	slices.SortFunc(all, func(a, b Module) int { return strings.Compare(a.Path, b.Path) })
	return all, nil
}

func read(tree fs.FS, name string) (Module, error) {
	source, err := fs.ReadFile(tree, name)
	if err != nil {
		return Module{}, err
	}
	parsed, err := ast.ParseModuleWithOpts(name, string(source), ast.ParserOptions{
		ProcessAnnotation: true,
		RegoVersion:       ast.RegoV1,
	})
	if err != nil {
		return Module{}, err
	}
	if parsed == nil {
		return Module{}, fmt.Errorf("%s: the file is empty, write a package or remove it", name)
	}
	return Module{Path: name, Source: source, Parsed: parsed}, nil
}

// Package is the module's package as it is written: "lib.windows.os".
func (m Module) Package() string {
	return strings.TrimPrefix(m.Parsed.Package.Path.String(), "data.")
}

// Imports are the packages below data that the module imports: "lib.windows.os".
func (m Module) Imports() []string {
	var all []string
	for _, statement := range m.Parsed.Imports {
		if name, ok := strings.CutPrefix(statement.Path.String(), "data."); ok {
			all = append(all, name)
		}
	}
	return all
}

// Closure picks from all modules those of the packages named and of every package these import, directly or not. An
// import of a prefix (lib.windows.rules) reaches nothing: which rules go along is the caller's to name.
func Closure(all []Module, packages ...string) []Module {
	wanted := map[string]bool{}
	for queue := packages; len(queue) > 0; queue = queue[1:] {
		if wanted[queue[0]] {
			continue
		}
		wanted[queue[0]] = true
		for _, module := range all {
			if module.Package() == queue[0] {
				queue = append(queue, module.Imports()...)
			}
		}
	}
	var picked []Module
	for _, module := range all {
		if wanted[module.Package()] {
			picked = append(picked, module)
		}
	}
	return picked
}

// Defines tells whether the module has a rule of the name.
func (m Module) Defines(name string) bool {
	return slices.ContainsFunc(m.Parsed.Rules, func(rule *ast.Rule) bool { return rule.Head.Name.String() == name })
}
