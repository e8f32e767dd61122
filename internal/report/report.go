// Package report holds the result of a run, and writes it in each format while the run goes on.
package report

import (
	"strings"

	"winpolicy/internal/finding"
)

// Report is the result of a run or of a part of it.
type Report struct {
	Violations  []Violation // all findings, notes included, in the order of files and documents
	Excepted    []Violation // findings that exceptions cover
	Diagnostics []Diagnostic
	Errors      []Error
	Summary     Summary

	Unjudged map[string]int // how many objects no rule is about, by kind
}

// Total is what is known of a run after its parts are written.
type Total struct {
	Summary  Summary
	Errors   int
	ByRule   map[string]int // violations
	Unjudged map[string]int // objects that no rule is about, by kind
}

// Summary holds the counts of a report.
type Summary struct {
	Files    int `json:"files"`
	Objects  int `json:"objects"` // objects that were judged
	Judged   int `json:"judged"`  // objects that some rule is about
	Skipped  int `json:"skipped"` // documents without apiVersion and kind
	Deny     int `json:"deny"`
	Warn     int `json:"warn"`
	Note     int `json:"note"`
	Excepted int `json:"excepted"`
}

// Violation is one finding and its place in the input.
type Violation struct {
	finding.Finding
	Object   Object
	File     string // "" for an object of a cluster
	Document int    // counts from 0 in the file, empty documents included
	Line     int    // counts from 1 in the file; 0 for an object of a cluster
	Column   int    // counts from 1; 0 for an object of a cluster

	// Edits are the changes of the file that the fix makes. There are none if the text cannot take the fix, or if nobody asks.
	Edits []finding.Change

	By     string // what covers an excepted finding: exception, ignore or baseline
	Reason string // why it is excepted
	Source string // the template of a chart that made the document
	Text   string // the line of the file
}

// Object names a Kubernetes object.
type Object struct {
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Namespace  string `json:"namespace"`
	Name       string `json:"name"`
}

// Diagnostic tells what is no finding: what could not be verified, a chart that has to be rendered, an exception that expires
// soon or matches nothing.
type Diagnostic struct {
	Kind     string `json:"kind"` // unverified, unlisted, chart, kustomization, untainted, configuration, exception, ignore, baseline, duplicate
	Message  string `json:"message"`
	File     string `json:"file,omitempty"`
	Document int    `json:"document,omitempty"`
	Line     int    `json:"line,omitempty"`
}

// Error says why a file, a document or an object could not be judged.
type Error struct {
	File     string `json:"file"`
	Document int    `json:"document"`
	Line     int    `json:"line"` // 0 if the error has no line
	Message  string `json:"message"`
}

// New returns an empty report.
func New() *Report { return &Report{Unjudged: map[string]int{}} }

// Add appends a violation and counts it.
func (r *Report) Add(violation Violation) {
	r.Violations = append(r.Violations, violation)
	switch violation.Severity {
	case finding.Deny:
		r.Summary.Deny++
	case finding.Warn:
		r.Summary.Warn++
	default:
		r.Summary.Note++
	}
}

// Except appends a violation that an exception covers and counts it.
func (r *Report) Except(violation Violation) {
	if violation.By == "" {
		violation.By, violation.Reason = "exception", strings.Join(violation.Reasons, "; ")
	}
	r.Excepted = append(r.Excepted, violation)
	r.Summary.Excepted++
}

// Cover moves the violations that are covered to those that are excepted. covered gives what covers a violation, and why.
func (r *Report) Cover(covered func(Violation) (by, reason string, ok bool)) {
	left := New()
	for _, violation := range r.Violations {
		by, reason, ok := covered(violation)
		if !ok {
			left.Add(violation)
			continue
		}
		violation.By, violation.Reason = by, reason
		r.Except(violation)
	}
	r.Violations = left.Violations
	r.Summary.Deny, r.Summary.Warn, r.Summary.Note = left.Summary.Deny, left.Summary.Warn, left.Summary.Note
}

// Keep drops the violations, and those that are excepted, for which keep is false.
func (r *Report) Keep(keep func(Violation) bool) {
	left := New()
	for _, violation := range r.Violations {
		if keep(violation) {
			left.Add(violation)
		}
	}
	for _, violation := range r.Excepted {
		if keep(violation) {
			left.Except(violation)
		}
	}
	r.Violations, r.Excepted = left.Violations, left.Excepted
	r.Summary.Deny, r.Summary.Warn, r.Summary.Note, r.Summary.Excepted = left.Summary.Deny, left.Summary.Warn, left.Summary.Note, left.Summary.Excepted
}

// Append adds everything in another report, after what is already there.
func (r *Report) Append(other *Report) {
	r.Violations = append(r.Violations, other.Violations...)
	r.Excepted = append(r.Excepted, other.Excepted...)
	r.Diagnostics = append(r.Diagnostics, other.Diagnostics...)
	r.Errors = append(r.Errors, other.Errors...)
	r.Summary.add(other.Summary)
	r.Unjudged = sum(r.Unjudged, other.Unjudged)
}

// sum adds numbers by kind to others, which can be nil.
func sum(all, more map[string]int) map[string]int {
	for kind, number := range more {
		if all == nil {
			all = map[string]int{}
		}
		all[kind] += number
	}
	return all
}

// Count adds a part of the run.
func (t *Total) Count(part *Report) {
	t.Summary.add(part.Summary)
	t.Errors += len(part.Errors)
	t.Unjudged = sum(t.Unjudged, part.Unjudged)
	for _, violation := range part.Violations {
		if t.ByRule == nil {
			t.ByRule = map[string]int{}
		}
		t.ByRule[violation.Rule]++
	}
}

// Fails tells whether a run with these counts fails if findings of a severity, or of a graver one, are to fail it. No
// finding does if the severity is "".
func (s Summary) Fails(failOn finding.Severity) bool {
	return s.Deny > 0 && fails(failOn, finding.Deny) || s.Warn > 0 && fails(failOn, finding.Warn) || s.Note > 0 && fails(failOn, finding.Note)
}

// fails tells whether a finding of a severity fails a run that a severity, or a graver one, is to fail. None fails it if that
// is "".
func fails(failOn, severity finding.Severity) bool {
	return failOn != "" && severity.Compare(failOn) <= 0
}

func (s *Summary) add(other Summary) {
	s.Files += other.Files
	s.Objects += other.Objects
	s.Judged += other.Judged
	s.Skipped += other.Skipped
	s.Deny += other.Deny
	s.Warn += other.Warn
	s.Note += other.Note
	s.Excepted += other.Excepted
}
