package report

import (
	"cmp"
	"io"
	"strings"

	"winpolicy/internal/junit"
)

// JUnit writes JUnit's XML: a suite for each file, or for each object that is in no file, and a case for each finding and each
// error. A finding that fails the run is a failure, any other is a skipped case with the message.
func JUnit(out io.Writer, options Options) Writer {
	return &junitWriter{out: out, options: options, suites: map[string]*junit.Suite{}}
}

type junitWriter struct {
	out     io.Writer
	options Options
	suites  map[string]*junit.Suite
	order   []string
}

func (w *junitWriter) Write(part *Report) error {
	for _, one := range w.options.shown(part.Violations) {
		made := junit.Case{Class: one.Rule, Name: legal(one.Object.String() + " " + one.Field), File: legal(one.File), Line: one.Line}
		says := &junit.Outcome{Message: legal(one.Message), Text: legal(one.place() + ": " + one.Because)}
		if fails(w.options.FailOn, one.Severity) {
			says.Type = string(one.Severity)
			made.Failure = says
		} else {
			made.Skipped = says
		}
		w.add(cmp.Or(one.File, one.Object.String()), made)
	}
	for _, one := range part.Errors {
		w.add(cmp.Or(one.File, "cluster"), junit.Case{
			Class: "winpolicy", Name: legal(cmp.Or(place(one.File, one.Line), "cluster")), File: legal(one.File), Line: one.Line,
			Error: &junit.Outcome{Message: legal(one.Message), Type: "error", Text: legal(one.Message)},
		})
	}
	return nil
}

// add adds a case to the suite of a file, or of an object.
func (w *junitWriter) add(file string, made junit.Case) {
	if w.suites[file] == nil {
		w.suites[file] = &junit.Suite{Name: legal(file)}
		w.order = append(w.order, file)
	}
	w.suites[file].Cases = append(w.suites[file].Cases, made)
}

func (w *junitWriter) End(total Total, _ []Diagnostic) error {
	var suites []junit.Suite
	for _, file := range w.order {
		suites = append(suites, *w.suites[file])
	}
	if len(suites) == 0 { // a report without a case is a failure to some readers
		suites = []junit.Suite{{Name: "winpolicy", Cases: []junit.Case{{Class: "winpolicy", Name: Count(total.Summary.Objects, "object")}}}}
	}
	return junit.Write(w.out, suites)
}

// legal replaces characters that XML cannot hold or that do not print.
func legal(text string) string {
	return Escape(strings.ReplaceAll(text, "\n", " "))
}
