package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"winpolicy/internal/finding"
)

// Text writes a report for people. On a terminal it groups findings by file and object. Elsewhere it writes one line for each
// finding, as compilers do, with the object and the reason below it. A summary follows.
func Text(out io.Writer, options Options) Writer {
	lines := &textWriter{bufio.NewWriterSize(out, bufferSize), options}
	if options.Width > 0 {
		return &terminalWriter{textWriter: lines, found: map[string]int{}}
	}
	return lines
}

// terminalWriter groups findings by file and object, with the line of the file and a caret.
type terminalWriter struct {
	*textWriter
	last   paragraph
	file   string
	object string
	rule   string         // of the last violation
	found  map[string]int // violations that are shown, by rule
}

// paragraph is what stands last on the terminal. An empty line parts findings from messages.
type paragraph int

const (
	nothing paragraph = iota
	findings
	messages
)

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
	narrowest = 40       // columns; a narrower terminal wraps the lines itself
	widest    = 120      // columns; longer lines are hard to read
	margin    = "  "     // before an object
	indent    = "      " // before what a finding says
	hanging   = "    "   // before the second line of a message
)

func (w *terminalWriter) Write(part *Report) error {
	for _, violation := range w.options.shown(part.Violations) {
		w.found[violation.Rule]++
		w.head(violation)
		w.violation(violation, string(violation.Severity), "")
	}
	if w.options.Excepted {
		for _, violation := range part.Excepted {
			w.head(violation)
			w.violation(violation, "excepted", violation.excepted())
		}
	}
	w.messages("", w.options.told(part.Diagnostics))
	for _, one := range part.Errors {
		w.messages(red, strings.Split(one.String(), "\n"))
	}
	_, err := w.out.Write(nil)
	return err
}

// messages writes lines that are about no object, and wraps them.
func (w *terminalWriter) messages(color string, all []string) {
	for _, one := range all {
		if w.last == findings {
			fmt.Fprintln(w.out)
		}
		w.last, w.file, w.object = messages, "", ""
		for i, line := range wrap(one, w.width(len(hanging))) {
			if i > 0 {
				line = hanging + line
			}
			fmt.Fprintln(w.out, w.colored(color, line))
		}
	}
}

// width returns how many characters are left in a line behind an indent.
func (w *terminalWriter) width(indent int) int {
	return min(max(w.options.Width, narrowest), widest) - indent
}

// head names the file and the object, once for all findings about them. An empty line is before each file, and before each
// object that is in no file.
func (w *terminalWriter) head(violation Violation) {
	name, because := violation.Object.String(), "because "+violation.Because
	object := fmt.Sprintf("%q %d %q %q", violation.File, violation.Document, name, because)
	if object == w.object {
		return
	}
	inFile := violation.File != ""
	if w.last != nothing && (!inFile || violation.File != w.file) {
		fmt.Fprintln(w.out)
	}
	if inFile && violation.File != w.file {
		fmt.Fprintf(w.out, "%s%s\n", w.colored(bold, Escape(violation.File)), w.colored(faint, violation.from()))
	}
	w.last, w.file, w.object = findings, violation.File, object
	name, because = Escape(name), Escape(because)
	if line := name + ", " + because; utf8.RuneCountInString(line) <= w.width(len(margin)) {
		fmt.Fprintf(w.out, "%s%s, %s\n", margin, w.colored(bold, name), w.colored(faint, because))
		return
	}
	fmt.Fprintf(w.out, "%s%s\n", margin, w.colored(bold, name))
	for _, line := range wrap(because, w.width(len(indent))) {
		fmt.Fprintf(w.out, "%s%s\n", indent, w.colored(faint, line))
	}
}

// violation writes a finding with a label, and a remark below it unless that is "".
func (w *terminalWriter) violation(v Violation, label, remark string) {
	w.rule = v.Rule
	color := map[finding.Severity]string{finding.Deny: red, finding.Warn: yellow, finding.Note: blue}[v.Severity]
	place := ""
	if v.File != "" {
		place = w.colored(faint, fmt.Sprintf("%d:%d", v.Line, v.Column)) + " "
	}
	fmt.Fprintf(w.out, "    %s%s %s\n", place, w.colored(color, label), v.Rule)
	if line, caret := w.excerpt(v); line != "" {
		fmt.Fprintf(w.out, "%s%s\n%s%s\n", indent, line, indent, w.colored(color, caret))
	}
	says := v.Says()
	for _, line := range wrap(Escape(v.Field)+": "+Escape(says), w.width(len(indent))) {
		fmt.Fprintf(w.out, "%s%s\n", indent, line)
	}
	if remark != "" {
		for _, line := range wrap(Escape(remark), w.width(len(indent))) {
			fmt.Fprintf(w.out, "%s%s\n", indent, w.colored(faint, line))
		}
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
	width := w.width(len(indent))
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
	w.messages("", w.options.told(diagnostics))
	if w.options.Quiet {
		return w.out.Flush()
	}
	if w.last != nothing {
		fmt.Fprintln(w.out)
	}
	w.last = messages
	w.messages("", w.options.summary(total))
	if len(w.found) > 0 {
		w.messages("", []string{"most found: " + w.mostFound()})
	}
	if w.rule != "" && w.options.Guide.Rules[w.rule].Help == "" {
		w.messages(faint, []string{"winpolicy explain " + w.rule + " shows the last rule in full"})
	}
	return w.out.Flush()
}

// mostFound names the three rules with the most findings.
func (w *terminalWriter) mostFound() string {
	const most = 3
	ids := slices.SortedFunc(maps.Keys(w.found), func(a, b string) int {
		return cmp.Or(w.found[b]-w.found[a], strings.Compare(a, b))
	})
	var all []string
	for _, id := range ids[:min(most, len(ids))] {
		all = append(all, fmt.Sprintf("%s %d", id, w.found[id]))
	}
	return strings.Join(all, ", ")
}

// wrap breaks a text at spaces into lines of at most a width, if no word is longer. What stands between backticks is a word, so
// that a command can be copied.
func wrap(text string, width int) []string {
	var lines []string
	line, word := "", ""
	for part := range strings.FieldsSeq(text) {
		if word += part; strings.Count(word, "`")%2 == 1 {
			word += " "
			continue
		}
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
		word = ""
	}
	return append(lines, strings.TrimSpace(line+" "+word))
}
