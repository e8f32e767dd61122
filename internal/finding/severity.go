package finding

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Severity says how much a finding matters.
type Severity string

// The severities of findings.
const (
	Deny Severity = "deny" // the API server refuses the object, or it cannot run
	Warn Severity = "warn" // the field is ignored, or does harm
	Note Severity = "note" // advice
)

// Severities returns all severities, the gravest first.
func Severities() []Severity { return []Severity{Deny, Warn, Note} }

// ParseSeverity returns the severity with a name. The error lists the names.
func ParseSeverity(name string) (Severity, error) {
	if severity := Severity(name); slices.Contains(Severities(), severity) {
		return severity, nil
	}
	return "", fmt.Errorf("%q is not a severity; write %s", name, Join(Severities()))
}

// Compare orders severities for slices.SortFunc, the gravest first. An unknown severity comes before all others.
func (s Severity) Compare(other Severity) int {
	return cmp.Compare(slices.Index(Severities(), s), slices.Index(Severities(), other))
}

// Names returns severities as texts, in the same order.
func Names(severities []Severity) []string {
	names := make([]string, len(severities))
	for i, severity := range severities {
		names[i] = string(severity)
	}
	return names
}

// Join returns severities as one text, "deny, warn".
func Join(severities []Severity) string { return strings.Join(Names(severities), ", ") }
