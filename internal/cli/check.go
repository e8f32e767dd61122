package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/internal/check"
	"winpolicy/internal/config"
	"winpolicy/internal/progress"
	"winpolicy/internal/report"
)

// expiryWarning is how long before its last day an exception gets a diagnostic.
const expiryWarning = 30 * 24 * time.Hour

type checkOptions struct {
	judging
	selection
	covering          covering
	accepting         accepting
	outputs           outputs
	ifEmpty           string
	failOnDiagnostics bool
}

func newCheck() *cobra.Command {
	var options checkOptions
	command := &cobra.Command{
		Use:   "check PATH...",
		Short: "Check manifests: files, folders, globs, or - for standard input",
		Long: `Check Kubernetes manifests in YAML or JSON.

In folders, hidden folders, node_modules and Helm charts are passed over.

Exit code 0: nothing is denied, or found at the severity of --fail-on. 1: something is. 2: a file cannot be read, or there is
nothing to judge.`,
		Example: `  winpolicy check deploy/
  helm template charts/web | winpolicy check -n shop -
  winpolicy check . -o text -o sarif=winpolicy.sarif
  winpolicy check . --changed origin/main --fail-on warn`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, paths []string) error { return options.run(command, paths) },
	}
	flags := command.Flags()
	flags.StringVar(&options.ifEmpty, "if-empty", "fail", "what a run without any object is: fail, or ok")
	flags.BoolVar(&options.failOnDiagnostics, "fail-on-diagnostic", false, "exit with 1 if there is a diagnostic")
	options.outputs.register(command)
	options.selection.register(command)
	options.covering.register(command)
	options.accepting.register(command)
	options.judging.register(command)
	return command
}

func (o *checkOptions) run(command *cobra.Command, paths []string) error {
	defer relaxCollector()()
	if o.ifEmpty != "fail" && o.ifEmpty != "ok" {
		return fmt.Errorf("--if-empty %q: write fail or ok", o.ifEmpty)
	}
	if err := o.outputs.check(); err != nil {
		return err
	}
	if err := o.covering.read(); err != nil {
		return err
	}
	known, err := o.read(command)
	if err != nil {
		return err
	}
	if err := o.accepting.check(known.now); err != nil {
		return err
	}
	line := startProgress(command, o.outputs.quiet || o.config.verbose)
	line.Show("reading files")
	writer := counted{Writer: o.outputs.open(command, line, known.facts.Rules), line: line, used: map[string]bool{}}
	total, err := o.judge(command, paths, known, &writer)
	line.Stop()
	empty := errors.Is(err, check.ErrNoObject)
	if err != nil && !empty {
		return err
	}
	if empty && (o.ifEmpty == "ok" || o.changed != "") {
		err = nil
	}
	diagnostics := check.Untainted(total, known.document.Settings(), known.facts.Platforms)
	diagnostics = append(diagnostics, expiring(known.document, known.now)...)
	diagnostics = append(diagnostics, o.covering.diagnostics(o.changed != "")...)
	diagnostics = append(diagnostics, o.accepting.diagnostics()...)
	if o.changed == "" && len(o.only)+len(o.skipped) == 0 {
		diagnostics = append(diagnostics, unused(known.document, known.now, writer.used)...)
	}
	if err := errors.Join(err, writer.End(total, diagnostics)); err != nil {
		return err
	}
	err = o.accepting.end(command, known, o.covering.end(o.outputs.verdict(total)))
	if err == nil && o.failOnDiagnostics && writer.diagnostics > 0 {
		return exitError{code: exitDenied}
	}
	return err
}

// counted counts the objects and the diagnostics that it writes, and knows which exceptions were used.
type counted struct {
	report.Writer
	line        *progress.Line // shows the objects
	files       int
	objects     int
	diagnostics int
	used        map[string]bool
}

func (c *counted) Write(part *report.Report) error {
	c.files += part.Summary.Files
	c.objects += part.Summary.Objects
	c.line.Show("checked %s of %s", report.Count(c.objects, "object"), report.Count(c.files, "file"))
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

// judge judges the manifests of the paths, and hands over the report about each document.
func (o *checkOptions) judge(command *cobra.Command, paths []string, known judgement, writer report.Writer) (total report.Total, err error) {
	input, err := check.Open(command.Context(), paths, o.options(command, known.document))
	if err != nil {
		return total, err
	}
	defer func() { err = errors.Join(err, input.Close()) }()
	if o.outputs.has("json", "sarif") {
		input.WithEdits()
	}
	if o.outputs.has("sarif") || o.outputs.has(formatText) && widthOf(command.OutOrStdout()) > 0 {
		input.WithText()
	}
	o.covering.apply(input, known)
	o.accepting.apply(input, o.outputs.shown())
	rules, err := o.prepare(command, known, input)
	if err != nil {
		return total, err
	}
	adaptCollector()
	return input.Judge(command.Context(), rules, writer.Write)
}

// unused returns a diagnostic for each exception that holds and covered no finding of the run.
func unused(document *config.Document, now time.Time, used map[string]bool) []report.Diagnostic {
	var diagnostics []report.Diagnostic
	for _, exception := range document.Exceptions() {
		holds := exception.Expires == "" || now.Format(time.DateOnly) <= exception.Expires
		if holds && !used[exception.Text] {
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
