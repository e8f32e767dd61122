package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"winpolicy/internal/finding"
)

// Writer writes the parts of a run in their order, and at the end what is known of all.
type Writer interface {
	// Write writes a part of the run.
	Write(part *Report) error
	// End writes the diagnostics of the run and its summary. Nothing is buffered after it.
	End(total Total, diagnostics []string) error
}

// Options select what a report shows.
type Options struct {
	Notes    bool // text: show findings of severity note
	Excepted bool // text: show findings that exceptions cover
}

// Text writes one line for each finding, as compilers do, with the object and the reason below it. A summary follows.
func Text(out io.Writer, options Options) Writer {
	return &textWriter{bufio.NewWriterSize(out, bufferSize), options}
}

// bufferSize is how much is written at once.
const bufferSize = 64 << 10

type textWriter struct {
	out     *bufio.Writer
	options Options
}

func (w *textWriter) Write(part *Report) error {
	for _, violation := range part.Violations {
		if violation.Severity != finding.Note || w.options.Notes {
			violation.Write(w.out, string(violation.Severity))
		}
	}
	for _, violation := range part.Excepted {
		if w.options.Excepted {
			violation.Write(w.out, "excepted ("+strings.Join(violation.Reasons, "; ")+")")
		}
	}
	w.diagnostics(part.Diagnostics)
	for _, one := range part.Errors {
		fmt.Fprintln(w.out, one)
	}
	_, err := w.out.Write(nil) // the first error of a bufio.Writer stays
	return err
}

func (w *textWriter) diagnostics(all []string) {
	for _, diagnostic := range all {
		fmt.Fprintf(w.out, "diagnostic: %s\n", diagnostic)
	}
}

func (w *textWriter) End(total Total, diagnostics []string) error {
	w.diagnostics(diagnostics)
	summary := total.Summary
	fmt.Fprintf(w.out, "%s, %s: %d denied, %s, %s", Count(summary.Files, "file"), Count(summary.Objects, "object"),
		summary.Deny, Count(summary.Warn, "warning"), Count(summary.Note, "note"))
	if summary.Note > 0 && !w.options.Notes {
		fmt.Fprint(w.out, " (shown by --notes)")
	}
	if summary.Excepted > 0 {
		fmt.Fprintf(w.out, ", %d excepted", summary.Excepted)
		if !w.options.Excepted {
			fmt.Fprint(w.out, " (shown by --show-excepted)")
		}
	}
	if summary.Skipped > 0 {
		fmt.Fprintf(w.out, ", %s without apiVersion and kind skipped", Count(summary.Skipped, "document"))
	}
	if total.Errors > 0 {
		fmt.Fprintf(w.out, ", %s", Count(total.Errors, "error"))
	}
	fmt.Fprintln(w.out)
	return w.out.Flush()
}

// Write writes a violation with a label, such as its severity, as the text report does.
func (v Violation) Write(out io.Writer, label string) {
	fmt.Fprintf(out, "%s:%d:%d: %s: %s\n    %s: %s\n", v.File, v.Line, v.Column, label, v.Message, v.Object, v.Because)
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

// String returns the place and the message.
func (e Error) String() string { return fmt.Sprintf("%s: error: %s", e.place(), e.Message) }

func (e Error) place() string {
	if e.Line > 0 {
		return fmt.Sprintf("%s:%d", e.File, e.Line)
	}
	return e.File
}

// Count returns a number and a noun, in the plural unless the number is 1.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
