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

// Rule writes the rule, its test and its sample below the root of the project and returns their paths. If one of the
// files exists, it writes nothing.
func Rule(root, id string) ([]string, error) {
	if !catalog.IsID(id) {
		return nil, fmt.Errorf("%q is not kebab-case; name the rule after what it judges, for example host-network", id)
	}
	if _, err := os.Stat(filepath.Join(root, "policies", "lib", "windows")); err != nil {
		return nil, errors.New("the folder policies/lib/windows does not exist here; run this command at the root of the project")
	}
	snake := strings.ReplaceAll(id, "-", "_")
	targets := map[string]string{
		"rule.rego":      filepath.Join("policies", "lib", "windows", "rules", snake, snake+".rego"),
		"rule_test.rego": filepath.Join("policies", "lib", "windows", "rules", snake, snake+"_test.rego"),
		"sample.yaml":    filepath.Join("samples", id+".yaml"),
	}
	for _, target := range targets {
		if _, err := os.Lstat(filepath.Join(root, target)); !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s already exists; choose another id, or remove the file", target)
		}
	}
	var written []string
	for _, name := range []string{"rule.rego", "rule_test.rego", "sample.yaml"} {
		if err := write(filepath.Join(root, targets[name]), name, map[string]string{"ID": id, "Snake": snake}); err != nil {
			return written, err
		}
		written = append(written, targets[name])
	}
	return written, nil
}

func write(target, name string, values map[string]string) error {
	form, err := template.ParseFS(templates, "templates/"+name+".tmpl")
	if err != nil {
		return err
	}
	var text bytes.Buffer
	if err := form.Execute(&text, values); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, text.Bytes(), 0o644)
}
