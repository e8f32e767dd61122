package report

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/finding"
)

// Writer writes the parts of a run in their order, and at the end what is known of all.
type Writer interface {
	// Write writes a part of the run.
	Write(part *Report) error
	// End writes the diagnostics of the run and its summary. Nothing is buffered after it.
	End(total Total, diagnostics []Diagnostic) error
}

// Several writes the same run in several formats.
func Several(writers []Writer) Writer { return several(writers) }

type several []Writer

func (all several) Write(part *Report) error {
	var problems []error
	for _, one := range all {
		problems = append(problems, one.Write(part))
	}
	return errors.Join(problems...)
}

func (all several) End(total Total, diagnostics []Diagnostic) error {
	var problems []error
	for _, one := range all {
		problems = append(problems, one.End(total, diagnostics))
	}
	return errors.Join(problems...)
}

// Compact writes one line for each finding and each error, and nothing else.
func Compact(out io.Writer, options Options) Writer {
	return &compactWriter{bufio.NewWriterSize(out, bufferSize), options}
}

// bufferSize is how much is written at once.
const bufferSize = 64 << 10

type compactWriter struct {
	out     *bufio.Writer
	options Options
}

func (w *compactWriter) Write(part *Report) error {
	for _, violation := range w.options.shown(part.Violations) {
		fmt.Fprintln(w.out, violation.line(string(violation.Severity)))
	}
	for _, one := range part.Errors {
		fmt.Fprintln(w.out, one)
	}
	_, err := w.out.Write(nil)
	return err
}

func (w *compactWriter) End(Total, []Diagnostic) error { return w.out.Flush() }

type textWriter struct {
	out     *bufio.Writer
	options Options
}

func (w *textWriter) Write(part *Report) error {
	for _, violation := range w.options.shown(part.Violations) {
		violation.Write(w.out, string(violation.Severity))
	}
	if w.options.Excepted {
		for _, violation := range part.Excepted {
			violation.Write(w.out, violation.excepted())
		}
	}
	w.lines(w.options.told(part.Diagnostics))
	for _, one := range part.Errors {
		fmt.Fprintln(w.out, one)
	}
	_, err := w.out.Write(nil) // the first error of a bufio.Writer stays
	return err
}

func (w *textWriter) End(total Total, diagnostics []Diagnostic) error {
	w.lines(w.options.told(diagnostics))
	w.lines(w.options.summary(total))
	return w.out.Flush()
}

func (w *textWriter) lines(all []string) {
	for _, line := range all {
		fmt.Fprintln(w.out, line)
	}
}

// told returns a line for each diagnostic.
func (o Options) told(all []Diagnostic) []string {
	var lines []string
	for _, diagnostic := range all {
		if !o.Quiet {
			lines = append(lines, "diagnostic: "+diagnostic.String())
		}
	}
	return lines
}

// summary returns lines with the counts of a run.
func (o Options) summary(total Total) []string {
	if o.Quiet {
		return nil
	}
	summary := total.Summary
	text := fmt.Sprintf("%s: %d denied, %s, %s", Count(summary.Objects, "object"),
		summary.Deny, Count(summary.Warn, "warning"), Count(summary.Note, "note"))
	if !o.Live {
		text = Count(summary.Files, "file") + ", " + text
	}
	if summary.Note > 0 && !o.shows(finding.Note) {
		text += " (shown by --notes)"
	}
	if summary.Excepted > 0 {
		text += fmt.Sprintf(", %d excepted", summary.Excepted)
		if !o.Excepted {
			text += " (shown by --show-excepted)"
		}
	}
	if summary.Skipped > 0 {
		text += fmt.Sprintf(", %s without apiVersion and kind skipped", Count(summary.Skipped, "document"))
	}
	if total.Errors > 0 {
		text += ", " + Count(total.Errors, "error")
	}
	if len(total.Unjudged) == 0 {
		return []string{text}
	}
	return []string{text, fmt.Sprintf("no rule is about %s: %s", Count(summary.Objects-summary.Judged, "object"), kinds(total.Unjudged))}
}

// kinds lists kinds and their numbers, at most ten.
func kinds(numbers map[string]int) string {
	const most = 10
	var all []string
	for _, kind := range slices.Sorted(maps.Keys(numbers)) {
		all = append(all, fmt.Sprintf("%s %d", Escape(kind), numbers[kind]))
	}
	if len(all) > most {
		all = append(all[:most], fmt.Sprintf("and %d more kinds", len(all)-most))
	}
	return strings.Join(all, ", ")
}

// Write writes a violation with a label, such as its severity, as the text report does.
func (v Violation) Write(out io.Writer, label string) {
	object := Escape(v.Object.String()) + ": "
	if v.File == "" { // the line begins with the object
		object = ""
	}
	fmt.Fprintf(out, "%s\n    %s%s%s\n", v.line(label), object, Escape(v.Because), v.from())
}

// line returns the line that editors read.
func (v Violation) line(label string) string {
	return fmt.Sprintf("%s: %s: %s", Escape(v.place()), Escape(label), Escape(v.Message))
}

// place returns the file, the line and the column, or the object if it is in no file.
func (v Violation) place() string {
	if v.File == "" {
		return v.Object.String()
	}
	return fmt.Sprintf("%s:%d:%d", v.File, v.Line, v.Column)
}

// excepted is the label of a violation that something covers.
func (v Violation) excepted() string { return fmt.Sprintf("excepted by %s (%s)", v.By, v.Reason) }

// from names the template that made the document.
func (v Violation) from() string {
	if v.Source == "" {
		return ""
	}
	return ", from " + Escape(v.Source)
}

// String returns the place and the message.
func (d Diagnostic) String() string {
	if d.File == "" {
		return Escape(d.Message)
	}
	return place(d.File, d.Line) + ": " + Escape(d.Message)
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
func (e Error) String() string {
	if e.File == "" {
		return "error: " + EscapeLines(e.Message)
	}
	return fmt.Sprintf("%s: error: %s", place(e.File, e.Line), EscapeLines(e.Message))
}

// place returns a file and a line, which is 0 if there is none.
func place(file string, line int) string {
	if line > 0 {
		return fmt.Sprintf("%s:%d", Escape(file), line)
	}
	return Escape(file)
}

// Count returns a number and a noun, in the plural unless the number is 1.
func Count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
