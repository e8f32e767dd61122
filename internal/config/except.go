package config

import (
	"bytes"
	"fmt"
	"strings"

	"winpolicy/internal/edit"
	"winpolicy/internal/finding"
	"winpolicy/internal/schema"
)

// Accepted is an exception that accepts the findings of a rule about one object or container.
type Accepted struct {
	Rule, Kind, Namespace, Name, Container string // "" for the last three leaves them out
	Reason                                 string
	Expires                                string // the last day, 2027-03-31
}

// WithExceptions returns the text of a file with more exceptions at the end of its list. An exception for the same findings,
// which has expired, gets the new day and reason instead. Comments and the order of keys stay. An empty text becomes a new
// configuration.
func WithExceptions(file string, text []byte, form schema.Schema, more []Accepted) ([]byte, error) {
	if len(bytes.TrimSpace(text)) == 0 {
		text = []byte("apiVersion: " + APIVersion + "\n")
	}
	document, err := Parse(file, text, form)
	if err != nil {
		return nil, err
	}
	begin, ok := document.object.Document.Offset(text)
	if !ok {
		return nil, fmt.Errorf("%s: the document was not found again in the file; nothing is written", file)
	}
	edited, refused := edit.Of(*document.object.Document).Apply(document.edits(more))
	for _, err := range refused {
		if err != nil {
			return nil, fmt.Errorf("%s: add the exceptions by hand: %w", file, err)
		}
	}
	raw := document.object.Document.Raw
	made := append(append(bytes.Clone(text[:begin]), edited...), text[begin+len(raw):]...)
	if _, err := Parse(file, made, form); err != nil {
		return nil, err
	}
	return made, nil
}

// edits returns the edits that write exceptions. An exception for the same findings gets the new day and reason. The others
// go to the end of the list, all at once.
func (d *Document) edits(more []Accepted) []edit.Edit {
	items, some := d.Value["exceptions"].([]any)
	at := map[string]int{}
	for i, item := range items {
		exception, _ := item.(map[string]any)
		at[sameFindings(exception)] = i
	}
	var all []edit.Edit
	var values []any
	for _, one := range more {
		if i, ok := at[sameFindings(one.value())]; ok {
			all = append(all, edit.Edit{Path: []string{"exceptions", fmt.Sprint(i)}, Operations: []finding.Operation{
				{Op: "add", Path: "/expires", Value: one.Expires}, {Op: "replace", Path: "/reason", Value: one.Reason},
			}})
			continue
		}
		values = append(values, one.value())
	}
	if len(items) == 0 {
		operation := finding.Operation{Op: "add", Path: "/exceptions", Value: values}
		if some {
			operation.Op = "replace"
		}
		return []edit.Edit{{Operations: []finding.Operation{operation}}}
	}
	for _, value := range values {
		all = append(all, edit.Edit{Operations: []finding.Operation{{Op: "add", Path: "/exceptions/-", Value: value}}})
	}
	return all
}

// value returns the exception as the document has it. The names are globs there.
func (a Accepted) value() map[string]any {
	value := map[string]any{"rule": a.Rule, "reason": a.Reason, "expires": a.Expires}
	for key, name := range map[string]string{"kind": a.Kind, "namespace": a.Namespace, "name": a.Name, "container": a.Container} {
		if name != "" {
			value[key] = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`, "]", `\]`, "{", `\{`, "}", `\}`).Replace(name)
		}
	}
	return value
}
