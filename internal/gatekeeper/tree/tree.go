// Package tree rewrites the syntax trees of Rego modules into the libraries of a ConstraintTemplate. It works on OPA's
// syntax tree and never on text, so a comment, a raw string or a line end cannot change what a rule means.
package tree

import (
	"errors"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/rego"
)

// oldest is the OPA of the oldest Gatekeeper that the templates support (3.19).
const oldest = "v1.3.0"

// Capabilities gives what the OPA of every supported Gatekeeper knows: its syntax and its builtins.
func Capabilities() (*ast.Capabilities, error) { return ast.LoadCapabilitiesVersion(oldest) }

// Tree holds the modules of one template. Its methods change them in place.
type Tree struct {
	modules   []*ast.Module
	byPackage map[string][]*ast.Module // a package may have several files
	options   ast.ParserOptions
}

// Parse reads the modules anew, because a Tree changes what it holds, and leaves out comments and METADATA. The error names
// the file below policies/ and the line of everything that the capabilities do not allow.
func Parse(sources []rego.Module, capabilities *ast.Capabilities) (*Tree, error) {
	made := &Tree{
		byPackage: map[string][]*ast.Module{},
		options:   ast.ParserOptions{RegoVersion: ast.RegoV1, Capabilities: capabilities},
	}
	var problems []error
	for _, source := range sources {
		problems = append(problems, made.Add(source.File(), string(source.Source)))
	}
	return made, errors.Join(problems...)
}

// Add puts one more module into the tree, the text of which is Rego. The path stands in the errors about it.
func (t *Tree) Add(path, text string) error {
	module, err := ast.ParseModuleWithOpts(path, text, t.options)
	if err != nil {
		return err
	}
	module.Comments, module.Annotations = nil, nil
	for _, rule := range module.Rules {
		rule.Annotations = nil
	}
	t.modules = append(t.modules, module)
	t.byPackage[PackageOf(module)] = append(t.byPackage[PackageOf(module)], module)
	return nil
}

// Modules gives the modules of the tree, in the order in which they were added. They still have the locations of their
// sources, so that an error about one names the line that its author wrote.
func (t *Tree) Modules() []*ast.Module { return t.modules }

// PackageOf gives the package of a module as it is written: "lib.windows.os".
func PackageOf(module *ast.Module) string {
	return strings.TrimPrefix(module.Package.Path.String(), "data.")
}

// imports gives the packages that a module imports, by the name that the module uses for each.
func imports(module *ast.Module) map[string]string {
	all := map[string]string{}
	for _, imported := range module.Imports {
		all[string(imported.Name())] = strings.TrimPrefix(imported.Path.String(), "data.")
	}
	return all
}

// nameOf gives the first part of what a rule defines: "graded" for graded.deny.
func nameOf(rule *ast.Rule) string {
	name, _ := rule.Head.Ref()[0].Value.(ast.Var)
	return string(name)
}

// eachTerm visits the terms that a rule's value depends on: keys and values of heads, bodies, and their else branches. It
// leaves out the names that the rule defines. A visit that returns true is not taken further down.
func eachTerm(module *ast.Module, visit func(*ast.Term) bool) {
	for _, rule := range module.Rules {
		for ; rule != nil; rule = rule.Else {
			for _, term := range []*ast.Term{rule.Head.Key, rule.Head.Value} {
				if term != nil {
					ast.WalkTerms(term, visit)
				}
			}
			ast.WalkTerms(rule.Body, visit)
		}
	}
}

// put writes a value in the place of a term. The formatter lays out by rows, so every part of the value gets the row of the
// term that it replaces. A raw string stays raw.
func put(term, value *ast.Term) {
	copied := value.Copy()
	ast.WalkTerms(copied, func(part *ast.Term) bool {
		text := part.Value.String()
		if _, ok := part.Value.(ast.String); ok && part.Location != nil {
			text = string(part.Location.Text)
		}
		part.Location = located(term, text)
		return false
	})
	*term = *copied
}

// located gives the location of a term with the text of what now stands there. The formatter reads the text of strings and
// calls; an empty one makes it panic.
func located(term *ast.Term, text string) *ast.Location {
	made := *term.Location
	made.Text = []byte(text)
	return &made
}

// rehash builds sets, objects and arrays anew. They are hashed by their parts, which were changed in place.
func rehash(module *ast.Module) error {
	same := ast.NewGenericTransformer(func(node any) (any, error) { return node, nil })
	var declarations []*ast.SomeDecl // which Transform leaves alone
	ast.WalkExprs(module, func(expression *ast.Expr) bool {
		if declaration, ok := expression.Terms.(*ast.SomeDecl); ok {
			declarations = append(declarations, declaration)
		}
		return false
	})
	for _, declaration := range slices.Backward(declarations) { // the inner before the outer
		for _, symbol := range declaration.Symbols {
			value, err := ast.Transform(same, symbol)
			if err != nil {
				return err
			}
			symbol.Value, _ = value.(ast.Value)
		}
	}
	_, err := ast.Transform(same, module)
	return err
}
