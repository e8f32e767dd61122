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
	"regexp"
	"strings"
	"text/template"
)

//go:embed templates
var templates embed.FS

var ruleID = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)

// Rule writes the rule, its test and its sample below the root of the project, and gives their paths. It writes none of
// them where one is there already.
func Rule(root, id string) ([]string, error) {
	if !ruleID.MatchString(id) {
		return nil, fmt.Errorf("%q is not kebab-case: a rule is named like host-network, after what it judges", id)
	}
	if _, err := os.Stat(filepath.Join(root, "policies", "lib", "windows")); err != nil {
		return nil, errors.New("there is no policies/lib/windows here: run this at the root of the project")
	}
	snake := strings.ReplaceAll(id, "-", "_")
	targets := map[string]string{
		"rule.rego":      filepath.Join("policies", "lib", "windows", "rules", snake, snake+".rego"),
		"rule_test.rego": filepath.Join("policies", "lib", "windows", "rules", snake, snake+"_test.rego"),
		"sample.yaml":    filepath.Join("samples", id+".yaml"),
	}
	for _, target := range targets {
		if _, err := os.Lstat(filepath.Join(root, target)); !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("%s is there already", target)
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
