package report

import (
	"bufio"
	"bytes"
	"cmp"
	"fmt"
	"io"

	"winpolicy/internal/finding"
	"winpolicy/internal/jsontext"
)

// GitLab writes a Code Quality report, which a merge request shows.
func GitLab(out io.Writer, options Options) Writer {
	return &gitlabWriter{out: bufio.NewWriterSize(out, bufferSize), options: options, prints: fingerprints{}}
}

type gitlabWriter struct {
	out     *bufio.Writer
	options Options
	prints  fingerprints
	written int
}

// issue is an entry of the report.
type issue struct {
	Description string   `json:"description"`
	Check       string   `json:"check_name"`
	Fingerprint string   `json:"fingerprint"`
	Severity    string   `json:"severity"`
	Location    location `json:"location"`
}

type location struct {
	Path  string `json:"path"`
	Lines lines  `json:"lines"`
}

type lines struct {
	Begin int `json:"begin"`
}

// locationOf returns a location in the form that GitLab demands, which has a line.
func locationOf(path string, line int) location { return location{path, lines{max(line, 1)}} }

func (w *gitlabWriter) Write(part *Report) error {
	for _, one := range w.options.shown(part.Violations) {
		severity := map[finding.Severity]string{finding.Deny: "critical", finding.Warn: "major", finding.Note: "info"}[one.Severity]
		if err := w.issue(issue{
			Description: one.Object.String() + ": " + one.Message, Check: one.Rule, Fingerprint: w.prints.of(one), Severity: severity,
			Location: locationOf(cmp.Or(one.File, one.Object.String()), one.Line),
		}); err != nil {
			return err
		}
	}
	for _, one := range part.Errors {
		violation := Violation{Finding: finding.Finding{Rule: "error", Field: one.Message}, File: one.File}
		if err := w.issue(issue{
			Description: one.Message, Check: "winpolicy", Fingerprint: w.prints.of(violation), Severity: "blocker",
			Location: locationOf(cmp.Or(one.File, "cluster"), one.Line),
		}); err != nil {
			return err
		}
	}
	_, err := w.out.Write(nil)
	return err
}

func (w *gitlabWriter) issue(one issue) error {
	text, err := jsontext.Indent(one, "  ")
	if err != nil {
		return err
	}
	before := ",\n  "
	if w.written == 0 {
		before = "[\n  "
	}
	w.written++
	fmt.Fprintf(w.out, "%s%s", before, bytes.ReplaceAll(text, []byte("\n"), []byte("\n  ")))
	return nil
}

func (w *gitlabWriter) End(Total, []Diagnostic) error {
	if w.written == 0 {
		fmt.Fprint(w.out, "[")
	}
	fmt.Fprint(w.out, "\n]\n")
	return w.out.Flush()
}
