package report

import (
	"fmt"
	"io"
	"strings"

	"winpolicy/internal/finding"
)

// Options select what a report shows.
type Options struct {
	Notes    bool // text: show findings of severity note
	Excepted bool // text: show findings that exceptions cover
}

// Text writes one line for each finding, as compilers do, with the object and the reason below it. A summary follows.
func Text(out io.Writer, report *Report, options Options) error {
	var text strings.Builder
	for _, violation := range report.Violations {
		if violation.Severity != finding.Note || options.Notes {
			violation.write(&text, string(violation.Severity))
		}
	}
	for _, violation := range report.Excepted {
		if options.Excepted {
			violation.write(&text, "excepted ("+strings.Join(violation.Reasons, "; ")+")")
		}
	}
	for _, diagnostic := range report.Diagnostics {
		fmt.Fprintf(&text, "diagnostic: %s\n", diagnostic)
	}
	for _, one := range report.Errors {
		fmt.Fprintf(&text, "%s: error: %s\n", one.place(), one.Message)
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

func (v Violation) write(text *strings.Builder, label string) {
	fmt.Fprintf(text, "%s:%d:%d: %s: %s\n    %s: %s\n", v.File, v.Line, v.Column, label, v.Message, v.Object, v.Because)
}

// Diagnostic returns one line that names the place, the object and the message.
func (v Violation) Diagnostic() string {
	return fmt.Sprintf("%s:%d:%d: %s: %s", v.File, v.Line, v.Column, v.Object, v.Message)
}

// String returns the kind, namespace and name of the object: "Deployment default/web".
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
