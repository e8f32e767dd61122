package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"winpolicy/internal/finding"
)

// maxAnnotations is how many annotations of each kind GitHub shows of one step.
const maxAnnotations = 10

// GitHub writes commands that make annotations in a pull request. summary gets the report as Markdown; nil leaves it out.
func GitHub(out io.Writer, summary Writer, options Options) Writer {
	return &githubWriter{out: bufio.NewWriterSize(out, bufferSize), summary: summary, options: options, written: map[string]int{}}
}

type githubWriter struct {
	out     *bufio.Writer
	summary Writer
	options Options
	written map[string]int // by command
}

func (w *githubWriter) Write(part *Report) error {
	for _, one := range w.options.shown(part.Violations) {
		command := map[finding.Severity]string{finding.Deny: "error", finding.Warn: "warning", finding.Note: "notice"}[one.Severity]
		w.annotate(command, one.File, one.Line, one.Column, one.Rule, one.Object.String()+": "+one.Message)
	}
	for _, one := range part.Errors {
		w.annotate("error", one.File, one.Line, 0, "winpolicy", one.Message)
	}
	if _, err := w.out.Write(nil); err != nil {
		return err
	}
	if w.summary != nil {
		return w.summary.Write(part)
	}
	return nil
}

func (w *githubWriter) annotate(command, file string, line, column int, title, message string) {
	if w.written[command]++; w.written[command] > maxAnnotations {
		return
	}
	place := ""
	if file != "" {
		place = "file=" + githubProperty(Escape(file)) + ","
	}
	if line > 0 {
		place += fmt.Sprintf("line=%d,", line)
	}
	if column > 0 {
		place += fmt.Sprintf("col=%d,", column)
	}
	fmt.Fprintf(w.out, "::%s %stitle=%s::%s\n", command, place, githubProperty(Escape(title)), githubData(Escape(message)))
}

func (w *githubWriter) End(total Total, diagnostics []Diagnostic) error {
	for _, command := range []string{"error", "warning", "notice"} {
		if more := w.written[command] - maxAnnotations; more > 0 {
			fmt.Fprintf(w.out, "GitHub shows %d annotations of each kind, so %d of %s are left out; add -o text=FILE to list all\n", maxAnnotations, more, Count(w.written[command], command))
		}
	}
	if err := w.out.Flush(); err != nil || w.summary == nil {
		return err
	}
	return w.summary.End(total, diagnostics)
}

// githubData and githubProperty escape what the runner reads as a part of a command.
func githubData(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

func githubProperty(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(text)
}
