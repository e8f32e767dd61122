package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"
)

// JUnit writes JUnit's XML: a suite for each file, and a case for each finding and each error. A finding that fails the run
// is a failure, any other is a skipped case with the message.
func JUnit(out io.Writer, options Options) Writer {
	return &junitWriter{out: out, options: options, suites: map[string]*suite{}}
}

type junitWriter struct {
	out     io.Writer
	options Options
	suites  map[string]*suite
	order   []string
}

// suite and testCase have the form that CI systems read.
type suite struct {
	Name     string     `xml:"name,attr"`
	Tests    int        `xml:"tests,attr"`
	Failures int        `xml:"failures,attr"`
	Errors   int        `xml:"errors,attr"`
	Skipped  int        `xml:"skipped,attr"`
	Cases    []testCase `xml:"testcase"`
}

type testCase struct {
	Class   string   `xml:"classname,attr"`
	Name    string   `xml:"name,attr"`
	File    string   `xml:"file,attr"`
	Line    int      `xml:"line,attr"`
	Failure *outcome `xml:"failure"`
	Error   *outcome `xml:"error"`
	Skipped *outcome `xml:"skipped"`
}

type outcome struct {
	Message string `xml:"message,attr"`
	Type    string `xml:"type,attr,omitempty"`
	Text    string `xml:",chardata"`
}

func (w *junitWriter) Write(part *Report) error {
	for _, one := range w.options.shown(part.Violations) {
		made := testCase{Class: one.Rule, Name: legal(one.Object.String() + " " + one.Field), File: legal(one.File), Line: one.Line}
		says := &outcome{Message: legal(one.Message), Type: string(one.Severity), Text: legal(fmt.Sprintf("%s:%d:%d: %s", one.File, one.Line, one.Column, one.Because))}
		into := w.suite(one.File)
		if fails(w.options.FailOn, one.Severity) {
			made.Failure = says
			into.Failures++
		} else {
			says.Type = "" // skipped has none
			made.Skipped = says
			into.Skipped++
		}
		into.Cases = append(into.Cases, made)
	}
	for _, one := range part.Errors {
		into := w.suite(one.File)
		into.Errors++
		into.Cases = append(into.Cases, testCase{
			Class: "winpolicy", Name: legal(place(one.File, one.Line)), File: legal(one.File), Line: one.Line,
			Error: &outcome{Message: legal(one.Message), Type: "error", Text: legal(one.Message)},
		})
	}
	return nil
}

// suite returns the suite of a file.
func (w *junitWriter) suite(file string) *suite {
	if w.suites[file] == nil {
		w.suites[file] = &suite{Name: legal(file)}
		w.order = append(w.order, file)
	}
	return w.suites[file]
}

func (w *junitWriter) End(total Total, _ []Diagnostic) error {
	document := struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		Suites  []*suite `xml:"testsuite"`
	}{Name: "winpolicy"}
	for _, file := range w.order {
		one := w.suites[file]
		one.Tests = len(one.Cases)
		document.Suites = append(document.Suites, one)
	}
	if len(w.order) == 0 { // a report without a case is a failure to some readers
		document.Suites = []*suite{{Name: "winpolicy", Tests: 1, Cases: []testCase{{Class: "winpolicy", Name: Count(total.Summary.Objects, "object")}}}}
	}
	text, err := xml.MarshalIndent(document, "", "  ")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.out, "%s%s\n", xml.Header, text)
	return err
}

// legal replaces characters that XML cannot hold or that do not print.
func legal(text string) string {
	return Escape(strings.ReplaceAll(text, "\n", " "))
}
