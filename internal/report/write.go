package report

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
)

// Options say what a form shows.
type Options struct {
	Notes    bool // text: show findings of severity note too
	Excepted bool // text: show what exceptions cover too
}

// Writers are the forms, by the name that -o takes.
func Writers() map[string]func(io.Writer, *Report, Options) error {
	return map[string]func(io.Writer, *Report, Options) error{"text": Text, "json": JSON}
}

// JSON writes the report as one indented object.
func JSON(out io.Writer, report *Report, _ Options) error {
	encoder := json.NewEncoder(out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(report)
}

// Text writes a line a finding, as compilers do, with the object and the reason below it, and a summary.
func Text(out io.Writer, report *Report, options Options) error {
	var text strings.Builder
	for _, violation := range report.Violations {
		if violation.Severity != "note" || options.Notes {
			violation.write(&text, violation.Severity)
		}
	}
	for _, violation := range report.Excepted {
		if options.Excepted {
			violation.write(&text, "excepted ("+strings.Join(violation.Reasons, "; ")+")")
		}
	}
	for _, note := range report.Notes {
		fmt.Fprintf(&text, "notice: %s\n", note)
	}
	for _, failed := range report.Errors {
		fmt.Fprintf(&text, "%s: error: %s\n", failed.place(), failed.Message)
	}
	summary := report.Summary
	fmt.Fprintf(&text, "%s, %s: %d denied, %s, %s", count(summary.Files, "file"), count(summary.Objects, "object"),
		summary.Deny, count(summary.Warn, "warning"), count(summary.Note, "note"))
	if summary.Note > 0 && !options.Notes {
		text.WriteString(" (shown by --notes)")
	}
	if summary.Excepted > 0 {
		fmt.Fprintf(&text, ", %d excepted", summary.Excepted)
		if !options.Excepted {
			text.WriteString(" (shown by --show-excepted)")
		}
	}
	if summary.Skipped > 0 {
		fmt.Fprintf(&text, ", %s without apiVersion and kind skipped", count(summary.Skipped, "document"))
	}
	if len(report.Errors) > 0 {
		fmt.Fprintf(&text, ", %s", count(len(report.Errors), "error"))
	}
	text.WriteString("\n")
	_, err := io.WriteString(out, text.String())
	return err
}

func (v Violation) write(text *strings.Builder, grade string) {
	fmt.Fprintf(text, "%s:%d:%d: %s: %s\n    %s: %s\n", v.File, v.Line, v.Column, grade, v.Message, v.Object, v.Because)
}

// Notice says in a line what could not be verified, and of which object.
func (v Violation) Notice() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", v.File, v.Line, v.Column, v.Object, v.Message)
}

// String is how people name the object: "Deployment default/web".
func (o Object) String() string {
	name := o.Name
	if o.Namespace != "" {
		name = o.Namespace + "/" + name
	}
	return strings.TrimSpace(o.Kind + " " + name)
}

func (e Error) place() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	return e.File
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
