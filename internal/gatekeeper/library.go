package gatekeeper

import (
	"fmt"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
	"winpolicy/internal/schema"
)

// What a template's own module imports: the gatherer, and the gate before it where it fits the rules.
const (
	gate     = "lib.windows.gate"
	gatherer = "lib.windows.gather"
)

// inventory is the one package that reads data.inventory.
const inventory = "lib.windows.inventory"

// libraries are what the template's own module imports and the rules, with every library they use, each once, as Gatekeeper
// accepts them. Only a referential template has the inventory: where others import it, it is undefined there.
func libraries(all []rego.Module, group group, imports []string) ([]string, error) {
	if !group.referential() {
		all = slices.DeleteFunc(slices.Clone(all), func(module rego.Module) bool { return module.Package() == inventory })
	}
	roots := slices.Clone(imports)
	metadata := map[string]string{}
	for _, rule := range group.judged() {
		roots = append(roots, rule.Package)
		text, err := annotate(rule)
		if err != nil {
			return nil, fmt.Errorf("policies/%s: write its METADATA: %w", rule.File, err)
		}
		metadata[rule.Package] = text
	}
	var libs []string
	byPackage := map[string]rego.Module{}
	closure := rego.Closure(all, roots...)
	sources := rego.Inline(closure)
	for _, module := range closure {
		byPackage[module.Package()] = module
		source := sources[module.Path]
		if text, ok := metadata[module.Package()]; ok {
			source = text + bare(bySeverity(source))
		} else {
			source = bare(source)
		}
		libs = append(libs, source)
	}
	return append(libs, indexer{group.judged(), byPackage}.index()), nil
}

// annotate writes of a rule's METADATA what the library reads when it judges. kubectl keeps an applied object in an
// annotation of limited size, which the whole texts would fill.
func annotate(rule catalog.Rule) (string, error) {
	read := struct {
		ID         string                   `json:"id"`
		Enabled    *bool                    `json:"enabled,omitempty"`
		YieldsTo   []string                 `json:"yieldsTo,omitempty"`
		Parameters map[string]schema.Schema `json:"parameters,omitempty"`
		Defaults   map[string]any           `json:"defaults,omitempty"` // those of the parameters
	}{ID: rule.ID, YieldsTo: rule.YieldsTo, Parameters: map[string]schema.Schema{}, Defaults: map[string]any{}}
	if !rule.Enabled {
		read.Enabled = &rule.Enabled
	}
	for name, parameter := range rule.Parameters {
		parameter.Description = ""
		read.Defaults[name] = parameter.Default
		read.Parameters[name] = parameter
	}
	text, err := yaml.Marshal(map[string]any{"custom": read})
	if err != nil {
		return "", err
	}
	return "# METADATA\n# " + strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", "\n# ") + "\n", nil
}

// bare leaves out the comments, and indents with spaces: YAML's literal style has no tabs at the start of lines.
func bare(source string) string {
	var text strings.Builder
	for line := range strings.Lines(source) {
		code := strings.TrimLeft(line, "\t")
		if !strings.HasPrefix(code, "#") {
			text.WriteString(strings.Repeat("  ", len(line)-len(code)) + code)
		}
	}
	return strings.TrimLeft(text.String(), "\n")
}
