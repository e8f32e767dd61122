package report

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"winpolicy/internal/finding"
)

// Text writes a report for people. On a terminal it groups findings by file and object. Elsewhere it writes one line for each
// finding, as compilers do, with the object and the reason below it. A summary follows.
func Text(out io.Writer, options Options) Writer {
	lines := &textWriter{bufio.NewWriterSize(out, bufferSize), options}
	if options.Width > 0 {
		return &terminalWriter{textWriter: lines}
	}
	return lines
}

// terminalWriter groups findings by file and object, with the line of the file and a caret.
type terminalWriter struct {
	*textWriter
	file   string
	object string
	rule   string // of the last violation
}

// The colours of a terminal.
const (
	reset  = "\x1b[0m"
	bold   = "\x1b[1m"
	faint  = "\x1b[2m"
	red    = "\x1b[31m"
	yellow = "\x1b[33m"
	blue   = "\x1b[36m"
)

const (
	narrowest = 40 // columns; a narrower terminal wraps the lines itself
	indent    = "      "
)

func (w *terminalWriter) Write(part *Report) error {
	for _, violation := range w.options.shown(part.Violations) {
		w.head(violation)
		w.violation(violation)
	}
	w.rest(part)
	_, err := w.out.Write(nil)
	return err
}

// head names the file and the object, once for all findings about them.
func (w *terminalWriter) head(violation Violation) {
	if violation.File != w.file {
		w.file, w.object = violation.File, ""
		fmt.Fprintf(w.out, "\n%s%s\n", w.colored(bold, Escape(violation.File)), w.colored(faint, violation.from()))
	}
	object := fmt.Sprintf("%d %s", violation.Document, violation.Object)
	if object != w.object {
		w.object = object
		if violation.File == "" {
			fmt.Fprintln(w.out)
		}
		fmt.Fprintf(w.out, "  %s%s\n", w.colored(bold, Escape(violation.Object.String())), w.colored(faint, ", because "+Escape(violation.Because)))
	}
}

func (w *terminalWriter) violation(v Violation) {
	w.rule = v.Rule
	label := map[finding.Severity]string{finding.Deny: red, finding.Warn: yellow, finding.Note: blue}[v.Severity]
	place := ""
	if v.File != "" {
		place = w.colored(faint, fmt.Sprintf("%d:%d", v.Line, v.Column)) + " "
	}
	fmt.Fprintf(w.out, "    %s%s %s\n", place, w.colored(label, string(v.Severity)), v.Rule)
	if line, caret := w.excerpt(v); line != "" {
		fmt.Fprintf(w.out, "%s%s\n%s%s\n", indent, line, indent, w.colored(label, caret))
	}
	says := strings.TrimSuffix(strings.TrimPrefix(v.Message, v.Field+": "), " ("+v.Rule+")")
	for _, line := range wrap(Escape(v.Field)+": "+Escape(says), max(w.options.Width, narrowest)-len(indent)) {
		fmt.Fprintf(w.out, "%s%s\n", indent, line)
	}
	if help := w.options.Guide.Rules[v.Rule].Help; help != "" {
		fmt.Fprintf(w.out, "%s%s\n", indent, w.colored(faint, help))
	}
}

// excerpt returns the line of the file and a line with a caret below its column. A long line is cut around the column.
func (w *terminalWriter) excerpt(v Violation) (line, caret string) {
	chars := []rune(strings.ReplaceAll(v.Text, "\t", " "))
	column := v.Column - 1
	if column < 0 || column >= len(chars) {
		return "", ""
	}
	lead := 0
	for lead < column && chars[lead] == ' ' {
		lead++
	}
	width := max(w.options.Width, narrowest) - len(indent)
	if column-lead >= width/2 {
		lead = column - width/2
	}
	shown := chars[lead:min(len(chars), lead+width)]
	return Escape(string(shown)), strings.Repeat(" ", utf8.RuneCountInString(Escape(string(chars[lead:column])))) + "^"
}

func (w *terminalWriter) colored(color, text string) string {
	if !w.options.Color || text == "" {
		return text
	}
	return color + text + reset
}

func (w *terminalWriter) End(total Total, diagnostics []Diagnostic) error {
	if w.rule != "" && !w.options.Quiet {
		fmt.Fprintln(w.out)
		if w.options.Guide.Rules[w.rule].Help == "" {
			for _, line := range wrap("winpolicy explain "+w.rule+" shows the last rule in full", max(w.options.Width, narrowest)) {
				fmt.Fprintln(w.out, w.colored(faint, line))
			}
			fmt.Fprintln(w.out)
		}
	}
	return w.textWriter.End(total, diagnostics)
}

// wrap breaks a text at spaces into lines of at most a width, if no word is longer.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}
