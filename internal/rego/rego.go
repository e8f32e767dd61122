// Package rego reads Rego modules from a file tree.
package rego

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Module is one Rego file.
type Module struct {
	Path   string      // slash-separated, below the root of the tree it was read from
	Source []byte      // as it stands in the file
	Parsed *ast.Module // with its annotations
	Folder string      // the root of the tree as the user wrote it; "" for the rules of the program
}

// Own tells whether the module is not one of the program.
func (m Module) Own() bool { return m.Folder != "" }

// File returns the file of the module for messages.
func (m Module) File() string {
	if m.Folder == "" {
		return path.Join("policies", m.Path)
	}
	return path.Join(filepath.ToSlash(m.Folder), m.Path)
}

// Load reads every Rego file below the root of each tree, tests left out, ordered by path. A path that stands in two
// trees is an error: one of the two files would be lost.
func Load(trees ...fs.FS) ([]Module, error) {
	return load("", isNoTest, trees)
}

// LoadTests reads every Rego file of tests below the root of a tree. folder is the root as the user wrote it, "" for the
// tests of the program.
func LoadTests(folder string, tree fs.FS) ([]Module, error) {
	return load(folder, isTest, []fs.FS{tree})
}

func isNoTest(name string) bool { return !isTest(name) }

func isTest(name string) bool { return strings.HasSuffix(name, "_test.rego") }

func load(folder string, wanted func(name string) bool, trees []fs.FS) ([]Module, error) {
	var all []Module
	seen := map[string]bool{}
	for _, tree := range trees {
		err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || path.Ext(name) != ".rego" || !wanted(name) {
				return err
			}
			if seen[name] {
				return fmt.Errorf("%s: there are two files of this name, remove or rename one", path.Join(filepath.ToSlash(folder), name))
			}
			seen[name] = true
			module, err := read(folder, tree, name)
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

// Add reads the modules of a folder, and returns them with those that are there already. A package that is there already is
// an error, so that nobody replaces a part of winpolicy unawares.
func Add(all []Module, folder string, tree fs.FS) ([]Module, error) {
	if info, err := fs.Stat(tree, "."); err != nil || !info.IsDir() {
		return nil, fmt.Errorf("%s: there is no such folder; name the folder of the *.rego files", folder)
	}
	own, err := load(folder, isNoTest, []fs.FS{tree})
	if err != nil {
		return nil, err
	}
	if len(own) == 0 {
		return nil, fmt.Errorf("%s: the folder has no rules; name the folder of the *.rego files", folder)
	}
	var problems []error
	for i := range own {
		for _, other := range all {
			switch {
			case other.Package() == own[i].Package():
				problems = append(problems, fmt.Errorf("%s: the package %s is already in %s; give it another name", own[i].File(), own[i].Package(), other.File()))
			case other.Path == own[i].Path:
				problems = append(problems, fmt.Errorf("%s: there is already a file %s; rename one", own[i].File(), other.File()))
			}
		}
	}
	both := slices.Concat(all, own)
	slices.SortFunc(both, func(a, b Module) int { return strings.Compare(a.Path, b.Path) })
	return both, errors.Join(problems...)
}

func read(folder string, tree fs.FS, name string) (Module, error) {
	source, err := fs.ReadFile(tree, name)
	if err != nil {
		return Module{}, err
	}
	parsed, err := ast.ParseModuleWithOpts(path.Join(filepath.ToSlash(folder), name), string(source), ast.ParserOptions{
		ProcessAnnotation: true,
		RegoVersion:       ast.RegoV1,
	})
	if err != nil {
		return Module{}, err
	}
	if parsed == nil {
		return Module{}, fmt.Errorf("%s: the file is empty, write a package or remove it", path.Join(filepath.ToSlash(folder), name))
	}
	return Module{Path: name, Folder: folder, Source: source, Parsed: parsed}, nil
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
