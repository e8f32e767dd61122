// Package report holds what a run found, and writes it in the forms people and programs read.
package report

import "winpolicy/internal/engine"

// Report is everything a run found; its JSON is what `check -o json` prints.
type Report struct {
	Summary    Summary     `json:"summary"`
	Violations []Violation `json:"violations"` // every finding, notes included, in the order of files and documents
	Excepted   []Violation `json:"excepted"`   // what exceptions keep from being reported
	Notes      []string    `json:"notes"`      // what could not be verified, or will change
	Errors     []Error     `json:"errors"`
}

// Summary counts.
type Summary struct {
	Files    int `json:"files"`
	Objects  int `json:"objects"` // that were judged
	Skipped  int `json:"skipped"` // documents without apiVersion and kind
	Deny     int `json:"deny"`
	Warn     int `json:"warn"`
	Note     int `json:"note"`
	Excepted int `json:"excepted"`
}

// Violation is one finding, and where it stands.
type Violation struct {
	Rule       string             `json:"rule"`
	Severity   string             `json:"severity"`
	Message    string             `json:"message"`
	Field      string             `json:"field"`
	Because    string             `json:"because"`
	EnforcedBy string             `json:"enforcedBy"`
	Container  string             `json:"container,omitempty"`
	Fix        []engine.Operation `json:"fix,omitempty"`
	Reasons    []string           `json:"reasons,omitempty"` // of the exceptions that cover it
	Object     Object             `json:"object"`
	File       string             `json:"file"`
	Document   int                `json:"document"` // from 0 in the file, empty ones counted
	Line       int                `json:"line"`     // from 1 in the file
	Column     int                `json:"column"`   // from 1
}

// Object names a Kubernetes object.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

// Error is a file or a document that could not be read.
type Error struct {
	File     string `json:"file"`
	Document int    `json:"document"`
	Line     int    `json:"line"` // 0 where no line is to blame
	Message  string `json:"message"`
}

// New gives an empty report, whose lists are [] and not null in JSON.
func New() *Report {
	return &Report{Violations: []Violation{}, Excepted: []Violation{}, Notes: []string{}, Errors: []Error{}}
}

// Add takes a violation in and counts it.
func (r *Report) Add(violation Violation) {
	r.Violations = append(r.Violations, violation)
	switch violation.Severity {
	case "deny":
		r.Summary.Deny++
	case "warn":
		r.Summary.Warn++
	default:
		r.Summary.Note++
	}
}

// Except takes in a violation that an exception covers.
func (r *Report) Except(violation Violation) {
	r.Excepted = append(r.Excepted, violation)
	r.Summary.Excepted++
}
