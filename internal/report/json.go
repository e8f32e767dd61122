package report

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"winpolicy/internal/finding"
	"winpolicy/internal/jsontext"
)

// form names the form of the JSON. It changes with every key that is renamed or taken away.
const form = "v1"

// JSON writes the report as JSON, with an indent of two spaces. The violations are written as they come. The other lists,
// which are short, follow at the end. docs/report.schema.json describes it.
func JSON(out io.Writer, options Options) Writer {
	return &jsonWriter{
		out: bufio.NewWriterSize(out, bufferSize), options: options,
		rest: remainder{Excepted: []described{}, Diagnostics: []Diagnostic{}, Errors: []Error{}},
	}
}

type jsonWriter struct {
	out     *bufio.Writer
	options Options
	written int
	rest    remainder
}

// program is the head of the JSON.
type program struct {
	Version string `json:"version"`
	Form    string `json:"form"`
}

// remainder is what follows the violations.
type remainder struct {
	Excepted    []described  `json:"excepted"`
	Diagnostics []Diagnostic `json:"diagnostics"`
	Errors      []Error      `json:"errors"`
	Summary     Summary      `json:"summary"`
}

// described is a violation with what the guide says about its rule, in the order of the keys.
type described struct {
	Rule       string              `json:"rule"`
	Severity   finding.Severity    `json:"severity"`
	Message    string              `json:"message"`
	Title      string              `json:"title"`
	Help       string              `json:"help"` // address of the page of the rule, "" if there is none
	Field      string              `json:"field"`
	Because    string              `json:"because"`
	EnforcedBy string              `json:"enforcedBy"`
	Container  string              `json:"container,omitempty"`
	Fix        []finding.Operation `json:"fix,omitempty"`
	Edits      []finding.Change    `json:"edits,omitempty"`
	Object     Object              `json:"object"`
	File       string              `json:"file"`
	Document   int                 `json:"document"`
	Line       int                 `json:"line"`
	Column     int                 `json:"column"`
	Source     string              `json:"source,omitempty"`
	By         string              `json:"by,omitempty"`
	Reason     string              `json:"reason,omitempty"`
}

// describe returns the form of a violation in the JSON.
func (w *jsonWriter) describe(v Violation) described {
	rule := w.options.Guide.Rules[v.Rule]
	return described{
		Rule: v.Rule, Severity: v.Severity, Message: v.Message, Title: rule.Title, Help: rule.Help,
		Field: v.Field, Because: v.Because, EnforcedBy: v.EnforcedBy, Container: v.Container, Fix: v.Fix, Edits: v.Edits,
		Object: v.Object, File: v.File, Document: v.Document, Line: v.Line, Column: v.Column,
		Source: v.Source, By: v.By, Reason: v.Reason,
	}
}

func (w *jsonWriter) Write(part *Report) error {
	for _, violation := range part.Excepted {
		w.rest.Excepted = append(w.rest.Excepted, w.describe(violation))
	}
	w.rest.Diagnostics = append(w.rest.Diagnostics, part.Diagnostics...)
	w.rest.Errors = append(w.rest.Errors, part.Errors...)
	for _, violation := range w.options.shown(part.Violations) {
		if err := w.violation(violation); err != nil {
			return err
		}
	}
	_, err := w.out.Write(nil) // the first error of a bufio.Writer stays
	return err
}

func (w *jsonWriter) violation(v Violation) error {
	text, err := jsontext.Indent(w.describe(v), "  ")
	if err != nil {
		return err
	}
	before := ",\n    "
	if w.written == 0 {
		if err := w.head(); err != nil {
			return err
		}
		before = "\n    "
	}
	w.written++
	fmt.Fprintf(w.out, "%s%s", before, bytes.ReplaceAll(text, []byte("\n"), []byte("\n    ")))
	return nil
}

// head writes what is before the first violation.
func (w *jsonWriter) head() error {
	head, err := jsontext.Indent(program{w.options.Guide.Version, form}, "  ")
	if err != nil {
		return err
	}
	fmt.Fprintf(w.out, "{\n  \"winpolicy\": %s,\n  \"violations\": [", bytes.ReplaceAll(head, []byte("\n"), []byte("\n  ")))
	return nil
}

func (w *jsonWriter) End(total Total, diagnostics []Diagnostic) error {
	w.rest.Diagnostics = append(w.rest.Diagnostics, diagnostics...)
	w.rest.Summary = total.Summary
	rest, err := jsontext.Indent(w.rest, "  ")
	if err != nil {
		return err
	}
	end := "\n  ]"
	if w.written == 0 {
		if err := w.head(); err != nil {
			return err
		}
		end = "]"
	}
	fmt.Fprintf(w.out, "%s,%s\n", end, bytes.TrimPrefix(rest, []byte("{")))
	return w.out.Flush()
}
