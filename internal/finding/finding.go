// Package finding holds the types of what a rule reports about an object.
package finding

import (
	"encoding/json"
	"strings"
)

// Finding is one report of a rule about one object.
type Finding struct {
	Rule       string      `json:"rule"` // the id of the rule
	Severity   Severity    `json:"severity"`
	Message    string      `json:"message"`
	Field      string      `json:"field"` // the path from the object's root, as the API server writes it
	Because    string      `json:"because"`
	EnforcedBy string      `json:"enforcedBy"`
	Container  string      `json:"container,omitempty"`
	Fix        []Operation `json:"fix,omitempty"`
	Reasons    []string    `json:"-"` // of the exceptions that cover the finding
	Exceptions []string    `json:"-"` // those exceptions, as JSON with sorted keys
}

// Says returns the message without the field before it and the rule behind it.
func (f Finding) Says() string {
	return strings.TrimSuffix(strings.TrimPrefix(f.Message, f.Field+": "), " ("+f.Rule+")")
}

// Operation is one operation of a JSON Patch (RFC 6902).
type Operation struct {
	Op    string // test, add, replace, remove or move
	Path  string // a JSON Pointer
	From  string // a JSON Pointer, for move
	Value any    // for test, add and replace; it can be nil
}

// MarshalJSON writes the members that the operation has by RFC 6902. A value is written even if it is null.
func (o Operation) MarshalJSON() ([]byte, error) {
	switch o.Op {
	case "move":
		return json.Marshal(struct {
			Op   string `json:"op"`
			From string `json:"from"`
			Path string `json:"path"`
		}{o.Op, o.From, o.Path})
	case "remove":
		return json.Marshal(struct {
			Op   string `json:"op"`
			Path string `json:"path"`
		}{o.Op, o.Path})
	}
	return json.Marshal(struct {
		Op    string `json:"op"`
		Path  string `json:"path"`
		Value any    `json:"value"`
	}{o.Op, o.Path, o.Value})
}

// Change replaces lines of a file. Editors and viewers of reports take changes in this form.
type Change struct {
	Line    int    `json:"line"`    // the first line that is replaced, from 1
	EndLine int    `json:"endLine"` // the line after the last one that is replaced; Line if lines are only added
	Text    string `json:"text"`    // the new lines with their line ends
}
