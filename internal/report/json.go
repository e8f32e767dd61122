package report

import (
	"bufio"
	"bytes"
	"fmt"
	"io"

	"winpolicy/internal/jsontext"
)

// form names the form of the JSON. It changes with every key that is renamed or taken away.
const form = "v1"

// JSON writes a Report as JSON, with an indent of two spaces. The violations are written as they come. The other lists,
// which are short, follow at the end. docs/report.schema.json describes it.
func JSON(out io.Writer, options Options) Writer {
	return &jsonWriter{out: bufio.NewWriterSize(out, bufferSize), rest: New(), options: options}
}

type jsonWriter struct {
	out     *bufio.Writer
	options Options
	written int
	rest    *Report // without violations
}

// program is the head of the JSON.
type program struct {
	Version string `json:"version"`
	Form    string `json:"form"`
}

// described is a violation with what the guide says about its rule.
type described struct {
	Violation
	Title string `json:"title"`
	Help  string `json:"help"` // address of the page of the rule, "" if there is none
}

const jsonStart = "{\n  \"violations\": ["

func (w *jsonWriter) Write(part *Report) error {
	w.rest.Excepted = append(w.rest.Excepted, part.Excepted...)
	w.rest.Diagnostics = append(w.rest.Diagnostics, part.Diagnostics...)
	w.rest.Errors = append(w.rest.Errors, part.Errors...)
	for _, violation := range w.options.shown(part.Violations) {
		rule := w.options.Guide.Rules[violation.Rule]
		text, err := jsontext.Indent(described{violation, rule.Title, rule.Help}, "  ")
		if err != nil {
			return err
		}
		if err := w.begin(); err != nil {
			return err
		}
		before := ",\n    "
		if w.written == 0 {
			before = "\n    "
		}
		w.written++
		fmt.Fprint(w.out, before)
		w.out.Write(bytes.ReplaceAll(text, []byte("\n"), []byte("\n    "))) //nolint:errcheck // the error stays for the last write
	}
	_, err := w.out.Write(nil)
	return err
}

// begin writes the head before the first violation.
func (w *jsonWriter) begin() error {
	if w.written > 0 {
		return nil
	}
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
	text, err := jsontext.Indent(w.rest, "  ")
	if err != nil {
		return err
	}
	if err := w.begin(); err != nil {
		return err
	}
	_, rest, _ := bytes.Cut(text, []byte(jsonStart+"]"))
	end := "]"
	if w.written > 0 {
		end = "\n  ]"
	}
	fmt.Fprintf(w.out, "%s%s\n", end, rest)
	return w.out.Flush()
}
