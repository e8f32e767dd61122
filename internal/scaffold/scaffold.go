// Package scaffold writes the three files of a new rule.
package scaffold

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"text/template"

	"winpolicy/internal/catalog"
)

//go:embed templates
var templates embed.FS

// Rule writes the rule, its test and its sample into the project of winpolicy with this root, and returns their paths. If one
// of the files exists, it writes nothing.
func Rule(root, id string) ([]string, error) {
	if _, err := os.Stat(filepath.Join(root, "policies", "lib", "windows")); err != nil {
		return nil, errors.New("the folder policies/lib/windows does not exist here; for a rule of your own, name its folder with --out")
	}
	snake := snakeOf(id)
	return files{
		"rule.rego":      filepath.Join("policies", "lib", "windows", "rules", snake, snake+".rego"),
		"rule_test.rego": filepath.Join("policies", "lib", "windows", "rules", snake, snake+"_test.rego"),
		"sample.yaml":    filepath.Join("samples", id+".yaml"),
	}.write(root, values{ID: id, Snake: snake, Category: "restrictions"})
}

// Own writes a rule of a team with its test and its sample into a folder of their own below folder, which need not exist. It
// returns their paths. If one of the files exists, it writes nothing.
func Own(folder, id, category string) ([]string, error) {
	if !catalog.IsID(category) {
		return nil, fmt.Errorf("%q is not kebab-case; name the category of your rules, for example shop", category)
	}
	snake := snakeOf(id)
	return files{
		"rule.rego":      filepath.Join(folder, snake, snake+".rego"),
		"rule_test.rego": filepath.Join(folder, snake, snake+"_test.rego"),
		"sample.yaml":    filepath.Join(folder, snake, id+".yaml"),
	}.write("", values{ID: id, Snake: snake, Category: category, Own: true})
}

func snakeOf(id string) string { return strings.ReplaceAll(id, "-", "_") }

// values are what the templates take.
type values struct {
	ID, Snake, Category string
	Own                 bool
}

// files are the targets by template.
type files map[string]string

func (f files) write(root string, filled values) ([]string, error) {
	if !catalog.IsID(filled.ID) {
		return nil, fmt.Errorf("%q is not kebab-case; name the rule after what it judges, for example host-network", filled.ID)
	}
	for _, target := range f {
		switch _, err := os.Lstat(filepath.Join(root, target)); {
		case err == nil:
			return nil, fmt.Errorf("%s already exists; choose another id, or remove the file", target)
		case !errors.Is(err, fs.ErrNotExist):
			return nil, err
		}
	}
	var written []string
	for _, name := range []string{"rule.rego", "rule_test.rego", "sample.yaml"} {
		if err := write(filepath.Join(root, f[name]), name, filled); err != nil {
			return written, err
		}
		written = append(written, f[name])
	}
	return written, nil
}

func write(target, name string, filled values) error {
	form, err := template.ParseFS(templates, "templates/"+name+".tmpl")
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := form.Execute(&text, filled); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, text.Bytes(), 0o644)
}
