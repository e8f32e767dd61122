package config

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
)

// Setting is one value in force and its source: a line of the file, a flag, the platform, or built-in.
type Setting struct {
	Path   string `json:"path"`
	Value  any    `json:"value"`
	Source string `json:"source"`
}

// builtIn is the source of values that no file and no flag sets.
const builtIn = "built-in"

// IsBuiltIn reports whether no file, flag or platform sets the value.
func (s Setting) IsBuiltIn() bool { return s.Source == builtIn }

// Effective lists all settings in force. platforms holds the facts of each platform, as the library has them. document
// may be nil.
func Effective(document *Document, rules []catalog.Rule, platforms map[string]any) []Setting {
	if document == nil {
		document = &Document{}
	}
	all := []Setting{
		document.setting(nil, builtIn, "platform"),
		document.setting(nil, builtIn, "kubernetesVersion"),
		document.taints(platforms),
		document.setting([]any{}, builtIn, "controllers"),
	}
	for _, rule := range rules {
		all = append(all, document.setting(rule.Enabled, builtIn, "rules", rule.ID, "enabled"))
		if severity := document.setting(nil, "", "rules", rule.ID, "severity"); severity.Value != nil {
			all = append(all, severity)
		}
		for _, name := range catalog.Names(rule.Parameters) {
			all = append(all, document.setting(rule.Parameters[name].Default, builtIn, "rules", rule.ID, "parameters", name))
		}
	}
	for _, name := range []string{"exceptions", "runtimeClasses", "exclude", "gatekeeper", "admission"} {
		if setting := document.setting(nil, "", name); setting.Value != nil {
			all = append(all, setting)
		}
	}
	return all
}

// setting returns the value at a path of the document, or otherwise with its source if there is none.
func (d *Document) setting(otherwise any, source string, path ...string) Setting {
	if value := d.at(path); value != nil {
		return Setting{field(path), value, d.place(path)}
	}
	return Setting{field(path), otherwise, source}
}

func (d *Document) taints(platforms map[string]any) Setting {
	if platform, ok := d.Value["platform"].(string); ok {
		facts, _ := platforms[platform].(map[string]any)
		return d.setting(facts["taints"], "platform "+platform, "taints")
	}
	return d.setting([]any{}, builtIn, "taints")
}

func (d *Document) at(path []string) any {
	var value any = map[string]any(d.Value)
	for _, key := range path {
		object, _ := value.(map[string]any)
		value = object[key]
	}
	return value
}

func (d *Document) place(path []string) string {
	if slices.Contains(d.overridden, path[0]) {
		return "--" + path[0]
	}
	return fmt.Sprintf("%s:%d", d.File, d.Line(path))
}

// Override returns a copy of the document with one top-level key set by the flag of the same name. d may be nil.
func (d *Document) Override(key string, value any) *Document {
	changed := Document{}
	if d != nil {
		changed = *d
	}
	changed.Value = changed.Value.With(key, value)
	changed.overridden = append(slices.Clone(changed.overridden), key)
	return &changed
}

// Exception is an entry of `exceptions`: findings that are not reported.
type Exception struct {
	Rule    string // the id of the rule
	Expires string // the last day on which it holds, "" if it does not expire
	Text    string // the entry as JSON with sorted keys
	File    string
	Line    int
}

// Exceptions returns the exceptions of the document, in its order. d may be nil.
func (d *Document) Exceptions() []Exception {
	if d == nil {
		return nil
	}
	items, _ := d.Value["exceptions"].([]any)
	var all []Exception
	for i, item := range items {
		exception, _ := item.(map[string]any)
		rule, _ := exception["rule"].(string)
		expires, _ := exception["expires"].(string)
		text, err := json.Marshal(exception)
		if err != nil {
			continue // JSON can hold every value that was read from text
		}
		all = append(all, Exception{rule, expires, string(text), d.File, d.Line([]string{"exceptions", fmt.Sprint(i)})})
	}
	return all
}

// Exclude returns the patterns of files and folders that commands pass over, from the folder of the configuration.
func (d *Document) Exclude() []string {
	if d == nil {
		return nil
	}
	items, _ := d.Value["exclude"].([]any)
	var all []string
	for _, item := range items {
		pattern, _ := item.(string)
		all = append(all, pattern)
	}
	return all
}

// Settings returns the part of the document that bundles and Constraints take. It is {} if d is nil.
func (d *Document) Settings() map[string]any {
	settings := map[string]any{}
	if d != nil {
		maps.Copy(settings, d.Value)
	}
	maps.DeleteFunc(settings, func(key string, _ any) bool {
		return slices.Contains([]string{"admission", "apiVersion", "exclude", "gatekeeper"}, key)
	})
	return settings
}

// Gatekeeper returns the section that only `generate` reads, or nil.
func (d *Document) Gatekeeper() map[string]any { return d.section("gatekeeper") }

// Admission returns the section that only `generate --admission` reads, or nil.
func (d *Document) Admission() map[string]any { return d.section("admission") }

func (d *Document) section(name string) map[string]any {
	if d == nil {
		return nil
	}
	section, _ := d.Value[name].(map[string]any)
	return section
}

// Print writes one line for each setting: its path and value as YAML, and its source as a comment.
func Print(out io.Writer, settings []Setting) error {
	var text strings.Builder
	for _, setting := range settings {
		value, err := json.Marshal(setting.Value)
		if err != nil {
			return err
		}
		fmt.Fprintf(&text, "%s: %s # %s\n", setting.Path, value, setting.Source)
	}
	_, err := io.WriteString(out, text.String())
	return err
}
