package cli

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/internal/check"
	"winpolicy/internal/config"
	"winpolicy/internal/progress"
	"winpolicy/internal/report"
)

// expiryWarning is how long before its last day an exception gets a diagnostic.
const expiryWarning = 30 * 24 * time.Hour

// reporting is the flags of a command that judges and reports.
type reporting struct {
	judging
	covering          covering
	accepting         accepting // does nothing unless the command registers its flags
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
	collector := relaxCollector()
	defer collector.restore()
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
	if err := r.accepting.check(known.now); err != nil {
		return err
	}
	line := startProgress(command, r.outputs.quiet || r.config.verbose)
	line.Show("reading %s", r.outputs.source())
	writer := counted{Writer: r.outputs.open(command, line, known.facts.Rules), line: line, used: map[string]bool{}}
	total, err := r.judge(command, known, collector, &writer, open)
	line.Stop()
	empty := errors.Is(err, check.ErrNoObject)
	if err != nil && !empty {
		return err
	}
	if empty && r.ifEmpty == "ok" {
		err = nil
	}
	diagnostics := check.Untainted(total, known.document.Settings(), known.facts.Platforms)
	diagnostics = append(diagnostics, expiring(known.document, known.now)...)
	partial = partial || len(r.only)+len(r.skipped) > 0
	diagnostics = append(diagnostics, r.covering.diagnostics(partial)...)
	diagnostics = append(diagnostics, r.accepting.diagnostics()...)
	if !partial {
		diagnostics = append(diagnostics, unused(known.document, known.now, writer.used)...)
	}
	if err := errors.Join(err, writer.End(total, diagnostics)); err != nil {
		return err
	}
	err = r.accepting.end(command, known, r.covering.end(r.outputs.verdict(total)))
	if err == nil && r.failOnDiagnostics && writer.diagnostics > 0 {
		return exitError{code: exitDenied}
	}
	return err
}

// judge judges what open gives, and hands over the reports.
func (r *reporting) judge(command *cobra.Command, known judgement, before collector, writer report.Writer, open func(judgement) (input, error)) (total report.Total, err error) {
	judged, err := open(known)
	if err != nil {
		return total, err
	}
	if closer, ok := judged.(io.Closer); ok {
		defer func() { err = errors.Join(err, closer.Close()) }()
	}
	r.covering.apply(judged, known)
	r.accepting.apply(judged, r.outputs.accepted())
	rules, err := r.prepare(command, known, judged)
	if err != nil {
		return total, err
	}
	before.adapt()
	return judged.Judge(command.Context(), rules, writer.Write)
}

// counted counts the objects and the diagnostics that it writes, and knows which exceptions were used.
type counted struct {
	report.Writer
	line        *progress.Line // shows the objects
	files       int            // 0 if the objects are those of a cluster
	objects     int
	diagnostics int
	used        map[string]bool
}

func (c *counted) Write(part *report.Report) error {
	c.files += part.Summary.Files
	c.objects += part.Summary.Objects
	switch {
	case c.files > 0:
		c.line.Show("checked %s of %s", report.Count(c.objects, "object"), report.Count(c.files, "file"))
	case c.objects > 0:
		c.line.Show("checked %s", report.Count(c.objects, "object"))
	}
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

// unused returns a diagnostic for each exception that holds and covered no finding of the run.
func unused(document *config.Document, now time.Time, used map[string]bool) []report.Diagnostic {
	var diagnostics []report.Diagnostic
	for _, exception := range document.Exceptions() {
		holds := exception.Expires == "" || now.Format(time.DateOnly) <= exception.Expires
		if holds && !used[exception.Text] {
			diagnostics = append(diagnostics, report.Diagnostic{
				Kind: "exception", File: exception.File, Line: exception.Line,
				Message: fmt.Sprintf("the exception for %s matches no finding of this run; remove it if no other file needs it", exception.Rule),
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
				Message: fmt.Sprintf("the exception for %s expires on %s; repair the finding, or set a later day", exception.Rule, exception.Expires),
			})
		}
	}
	return diagnostics
}
