package tree

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/format"
)

// Print gives the text of each module, laid out and indented with spaces. A text that does not read as the module it was
// printed from is an error: a template never means anything but its sources.
func (t *Tree) Print() ([]string, error) {
	var all []string
	for _, module := range t.modules {
		text, err := t.print(module)
		if err != nil {
			return nil, fmt.Errorf("%s: print the module for a template: %w", module.Package.Location.File, err)
		}
		all = append(all, text)
	}
	return all, nil
}

func (t *Tree) print(module *ast.Module) (string, error) {
	if err := quoteStrings(module); err != nil {
		return "", err
	}
	slices.SortStableFunc(module.Rules, func(a, b *ast.Rule) int { return a.Location.Row - b.Location.Row }) // as the formatter has them
	formatted, err := format.AstWithOpts(module, format.Opts{RegoVersion: ast.RegoV1})
	if err != nil {
		return "", err
	}
	text := indent(string(formatted))
	again, err := ast.ParseModuleWithOpts(module.Package.Location.File, text, t.options)
	if err != nil {
		return "", err
	}
	alike, err := same(again, module)
	if err != nil {
		return "", err
	}
	if !alike {
		return "", fmt.Errorf("the text means something else; report this, with the file. The text is:\n%s", text)
	}
	return text, nil
}

// same compares two modules. The parser numbers the variables that are written as _, so their names do not count.
func same(a, b *ast.Module) (bool, error) {
	left, right := a.Copy(), b.Copy()
	for _, module := range []*ast.Module{left, right} {
		ast.WalkTerms(module, func(term *ast.Term) bool {
			if name, ok := term.Value.(ast.Var); ok && name.IsWildcard() {
				term.Value = ast.Wildcard.Value
			}
			return false
		})
		if err := rehash(module); err != nil {
			return false, err
		}
	}
	return left.Equal(right), nil
}

// quoteStrings has strings with line ends or tabs printed in quotes. The formatter prints a raw string as it stood, and the
// indentation of its lines is part of its value.
func quoteStrings(module *ast.Module) error {
	var problem error
	ast.WalkTerms(module, func(term *ast.Term) bool {
		value, ok := term.Value.(ast.String)
		if !ok || term.Location == nil || !strings.ContainsFunc(string(value), unicode.IsControl) {
			return false
		}
		var quoted bytes.Buffer // the strings of Rego are those of JSON
		encoder := json.NewEncoder(&quoted)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(string(value)); err != nil {
			problem = err
		}
		term.Location = located(term, strings.TrimSpace(quoted.String()))
		return false
	})
	return problem
}

// indent writes spaces for the tabs that begin a line: YAML's literal style has no tabs there.
func indent(text string) string {
	var made strings.Builder
	for line := range strings.Lines(text) {
		code := strings.TrimLeft(line, "\t")
		made.WriteString(strings.Repeat("  ", len(line)-len(code)) + code)
	}
	return made.String()
}
