package config

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
)

// Setting is one value that is in force, and where it comes from: a line of the file, the platform, or built in.
type Setting struct {
	Path   string `json:"path"`
	Value  any    `json:"value"`
	Source string `json:"source"`
}

// builtIn is the source of what nobody has set.
const builtIn = "built-in"

// IsBuiltIn tells what nobody has set.
func (s Setting) IsBuiltIn() bool { return s.Source == builtIn }

// Effective lists everything that is in force. platforms are the facts by platform, as the library has them; document
// may be nil.
func Effective(document *Document, rules []catalog.Rule, platforms map[string]any) []Setting {
	if document == nil {
		document = &Document{}
	}
	all := []Setting{document.setting(nil, builtIn, "platform"), document.taints(platforms)}
	for _, rule := range rules {
		all = append(all, document.setting(rule.Enabled, builtIn, "rules", rule.ID, "enabled"))
		if severity := document.setting(nil, "", "rules", rule.ID, "severity"); severity.Value != nil {
			all = append(all, severity)
		}
		for _, name := range sortedKeys(rule.Parameters) {
			all = append(all, document.setting(rule.Parameters[name].Default, builtIn, "rules", rule.ID, "parameters", name))
		}
	}
	for _, name := range []string{"exceptions", "runtimeClasses", "gatekeeper"} {
		if setting := document.setting(nil, "", name); setting.Value != nil {
			all = append(all, setting)
		}
	}
	return all
}

// setting gives what the document says at a path, or else the value that stands in for it.
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
	if d.overridden[path[0]] {
		return "--" + path[0]
	}
	return fmt.Sprintf("%s:%d", d.File, d.Line(path))
}

// Override gives the document with one top-level value replaced, as a flag of the command line does.
func (d *Document) Override(key string, value any) *Document {
	changed := Document{}
	if d != nil {
		changed = *d
	}
	changed.Value = merged(changed.Value, engine.Config{key: value})
	changed.overridden = merged(changed.overridden, map[string]bool{key: true})
	return &changed
}

// Exception is what the document says is not to be reported.
type Exception struct {
	Rule    string
	Expires string // the last day it holds, "" for ever
	Place   string // file and line
}

// Exceptions are those of the document, in its order.
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
		all = append(all, Exception{rule, expires, d.place([]string{"exceptions", fmt.Sprint(i)})})
	}
	return all
}

// Settings is the part of the document that decides, as bundles and Constraints take it: {} where there is none.
func (d *Document) Settings() map[string]any {
	settings := map[string]any{}
	if d != nil {
		maps.Copy(settings, d.Value)
	}
	maps.DeleteFunc(settings, func(key string, _ any) bool { return slices.Contains([]string{"apiVersion", "gatekeeper"}, key) })
	return settings
}

// Gatekeeper is the section that only `generate` reads: nil where there is none.
func (d *Document) Gatekeeper() map[string]any {
	if d == nil {
		return nil
	}
	section, _ := d.Value["gatekeeper"].(map[string]any)
	return section
}

func merged[M ~map[string]V, V any](in, over M) M {
	all := M{}
	maps.Copy(all, in)
	maps.Copy(all, over)
	return all
}

// Print writes a line a setting: its path and value as YAML, and its source as a comment.
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
