package report

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxRows is how many findings a Markdown report lists. A comment on GitHub has at most 65,536 characters.
const maxRows = 100

// Markdown writes a table for the comment of a pull request.
func Markdown(out io.Writer, options Options) Writer {
	return &markdownWriter{out: bufio.NewWriterSize(out, bufferSize), options: options}
}

type markdownWriter struct {
	out     *bufio.Writer
	options Options
	rows    int
	errors  []Error
	told    []Diagnostic
}

func (w *markdownWriter) Write(part *Report) error {
	for _, one := range w.options.shown(part.Violations) {
		if w.rows++; w.rows > maxRows {
			continue
		}
		if w.rows == 1 {
			fmt.Fprint(w.out, w.row("severity", "place", "object", "finding"), w.row("---", "---", "---", "---"))
		}
		rule := one.Rule
		if help := w.options.Guide.Rules[one.Rule].Help; help != "" {
			rule = "[" + rule + "](" + help + ")"
		}
		says := strings.TrimSuffix(one.Message, " ("+one.Rule+")")
		fmt.Fprint(w.out, w.row(string(one.Severity), code(place(one.File, one.Line)), code(one.Object.String()), cell(says)+" ("+rule+")"))
	}
	w.errors = append(w.errors, part.Errors...)
	w.told = append(w.told, part.Diagnostics...)
	_, err := w.out.Write(nil)
	return err
}

// row returns a row of the table. Objects of a cluster have no place.
func (w *markdownWriter) row(severity, place, object, finding string) string {
	if w.options.Live {
		return fmt.Sprintf("| %s | %s | %s |\n", severity, object, finding)
	}
	return fmt.Sprintf("| %s | %s | %s | %s |\n", severity, place, object, finding)
}

func (w *markdownWriter) End(total Total, diagnostics []Diagnostic) error {
	if w.rows > 0 {
		fmt.Fprintln(w.out)
	}
	if more := w.rows - maxRows; more > 0 {
		fmt.Fprintf(w.out, "Not listed here: %s more.\n\n", Count(more, "finding"))
	}
	for i, one := range w.errors {
		if i == maxRows {
			fmt.Fprintf(w.out, "- %s more\n", Count(len(w.errors)-maxRows, "error"))
			break
		}
		in := ""
		if one.File != "" {
			in = " in " + code(place(one.File, one.Line))
		}
		fmt.Fprintf(w.out, "- error%s: %s\n", in, cell(one.Message))
	}
	diagnostics = slices.Concat(w.told, diagnostics)
	for i, one := range diagnostics {
		if i == maxRows {
			fmt.Fprintf(w.out, "- %s more\n", Count(len(diagnostics)-maxRows, "diagnostic"))
			break
		}
		fmt.Fprintf(w.out, "- %s\n", cell(one.String()))
	}
	summary := total.Summary
	if len(w.errors)+len(diagnostics) > 0 {
		fmt.Fprintln(w.out)
	}
	fmt.Fprintf(w.out, "%s: %d denied, %s, %s.\n", Count(summary.Objects, "object"), summary.Deny, Count(summary.Warn, "warning"), Count(summary.Note, "note"))
	return w.out.Flush()
}

// cell makes text from input safe in a table: it has one line, and no character of it is Markdown or HTML.
func cell(text string) string {
	return strings.NewReplacer(`\`, `\\`, "|", `\|`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "&", "&amp;", "@", "&#64;", "#", `\#`, "!", `\!`, "~", `\~`).
		Replace(Escape(text))
}

// code makes text from input a code span.
func code(text string) string {
	text = strings.ReplaceAll(Escape(text), "|", `\|`)
	fence := "`"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		text = " " + text + " "
	}
	return fence + text + fence
}
