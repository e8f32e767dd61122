package cli

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/internal/check"
	"winpolicy/internal/config"
	"winpolicy/internal/report"
)

// expiryWarning is how long before its last day an exception gets a diagnostic.
const expiryWarning = 30 * 24 * time.Hour

// reporting is the flags of a command that judges and reports.
type reporting struct {
	judging
	covering          covering
	outputs           outputs
	ifEmpty           string
	failOnDiagnostics bool
}

func (r *reporting) register(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&r.ifEmpty, "if-empty", "fail", "what a run without any object is: fail, or ok")
	flags.BoolVar(&r.failOnDiagnostics, "fail-on-diagnostic", false, "exit with 1 if there is a diagnostic")
	r.outputs.register(command)
	r.covering.register(command)
	r.judging.register(command)
}

// report judges the input that open gives and writes the reports. The error has the exit code. A partial input does not show
// which exceptions and which entries of the baseline match nothing.
func (r *reporting) report(command *cobra.Command, partial bool, open func(judgement) (input, error)) error {
	defer relaxCollector()()
	if r.ifEmpty != "fail" && r.ifEmpty != "ok" {
		return fmt.Errorf("--if-empty %q: write fail or ok", r.ifEmpty)
	}
	if err := r.outputs.check(); err != nil {
		return err
	}
	if err := r.covering.read(); err != nil {
		return err
	}
	known, err := r.read(command)
	if err != nil {
		return err
	}
	writer := counted{Writer: r.outputs.open(command, known.facts.Rules), used: map[string]bool{}}
	total, err := r.judge(command, known, &writer, open)
	empty := errors.Is(err, check.ErrNoObject)
	if err != nil && !empty {
		return err
	}
	if empty && r.ifEmpty == "ok" {
		err = nil
	}
	diagnostics := check.Untainted(total, known.document.Settings(), known.facts.Platforms)
	diagnostics = append(diagnostics, expiring(known.document, known.now)...)
	diagnostics = append(diagnostics, r.covering.diagnostics(partial)...)
	if !partial && len(r.only)+len(r.skipped) == 0 {
		diagnostics = append(diagnostics, unused(known.document, writer.used)...)
	}
	if err := errors.Join(err, writer.End(total, diagnostics)); err != nil {
		return err
	}
	err = r.covering.end(r.outputs.verdict(total))
	if err == nil && r.failOnDiagnostics && writer.diagnostics > 0 {
		return exitError{code: exitDenied}
	}
	return err
}

// judge judges what open gives, and hands over the reports.
func (r *reporting) judge(command *cobra.Command, known judgement, writer report.Writer, open func(judgement) (input, error)) (total report.Total, err error) {
	judged, err := open(known)
	if err != nil {
		return total, err
	}
	if closer, ok := judged.(io.Closer); ok {
		defer func() { err = errors.Join(err, closer.Close()) }()
	}
	r.covering.apply(judged, known)
	rules, err := r.prepare(command, known, judged)
	if err != nil {
		return total, err
	}
	adaptCollector()
	return judged.Judge(command.Context(), rules, writer.Write)
}

// counted counts the diagnostics that it writes, and knows which exceptions were used.
type counted struct {
	report.Writer
	diagnostics int
	used        map[string]bool
}

func (c *counted) Write(part *report.Report) error {
	c.diagnostics += len(part.Diagnostics)
	for _, violation := range part.Excepted {
		for _, exception := range violation.Exceptions {
			c.used[exception] = true
		}
	}
	return c.Writer.Write(part)
}

func (c *counted) End(total report.Total, diagnostics []report.Diagnostic) error {
	c.diagnostics += len(diagnostics)
	return c.Writer.End(total, diagnostics)
}

// unused returns a diagnostic for each exception that covered no finding of the run.
func unused(document *config.Document, used map[string]bool) []report.Diagnostic {
	var diagnostics []report.Diagnostic
	for _, exception := range document.Exceptions() {
		if !used[exception.Text] {
			diagnostics = append(diagnostics, report.Diagnostic{
				Kind: "exception", File: exception.File, Line: exception.Line,
				Message: fmt.Sprintf("the exception for %s matches no finding", exception.Rule),
			})
		}
	}
	return diagnostics
}

// expiring returns a diagnostic for each exception that expires soon, while there is time to act. The finding itself
// says that an exception has expired.
func expiring(document *config.Document, now time.Time) []report.Diagnostic {
	var diagnostics []report.Diagnostic
	for _, exception := range document.Exceptions() {
		last, err := time.Parse(time.DateOnly, exception.Expires)
		if err != nil { // the exception does not expire
			continue
		}
		if left := last.AddDate(0, 0, 1).Sub(now); left > 0 && left <= expiryWarning {
			diagnostics = append(diagnostics, report.Diagnostic{
				Kind: "exception", File: exception.File, Line: exception.Line,
				Message: fmt.Sprintf("the exception for %s expires on %s", exception.Rule, exception.Expires),
			})
		}
	}
	return diagnostics
}
