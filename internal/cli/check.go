package cli

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/internal/check"
	"winpolicy/internal/config"
	"winpolicy/internal/report"
)

// expiryWarning is how long before its last day an exception gets a diagnostic.
const expiryWarning = 30 * 24 * time.Hour

type checkOptions struct {
	judging
	output format
	shown  report.Options
}

func newCheck() *cobra.Command {
	var options checkOptions
	command := &cobra.Command{
		Use:   "check PATH...",
		Short: "Check manifests: files, folders, or - for standard input",
		Long: `Check Kubernetes manifests in YAML or JSON.

Exit code 0: nothing is denied. 1: something is denied. 2: a file cannot be read, or there is nothing to judge.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, paths []string) error { return options.run(command, paths) },
	}
	options.output.register(command, "report")
	flags := command.Flags()
	flags.BoolVar(&options.shown.Notes, "notes", false, "also show findings of severity note")
	flags.BoolVar(&options.shown.Excepted, "show-excepted", false, "also show findings that exceptions cover")
	options.judging.register(command)
	return command
}

func (o *checkOptions) run(command *cobra.Command, paths []string) error {
	defer relaxCollector()()
	known, err := o.read(command)
	if err != nil {
		return err
	}
	writer := o.writer(command)
	total, err := o.judge(command, paths, known, writer.Write)
	if err != nil && !errors.Is(err, check.ErrNoObject) {
		return err
	}
	diagnostics := check.Untainted(total, known.document.Settings(), known.facts.Platforms)
	diagnostics = append(diagnostics, expiring(known.document, known.now)...)
	if err := errors.Join(err, writer.End(total, diagnostics)); err != nil {
		return err
	}
	return verdict(total)
}

// writer writes the report in the format that is asked for.
func (o *checkOptions) writer(command *cobra.Command) report.Writer {
	if o.output == formatJSON {
		return report.JSON(command.OutOrStdout())
	}
	return report.Text(command.OutOrStdout(), o.shown)
}

// judge judges the manifests of the paths, and hands over the report about each document.
func (o *checkOptions) judge(command *cobra.Command, paths []string, known judgement, write func(*report.Report) error) (total report.Total, err error) {
	input := check.Open(command.Context(), paths, command.InOrStdin())
	defer func() { err = errors.Join(err, input.Close()) }()
	if o.output == formatJSON {
		input.WithEdits()
	}
	rules, err := o.prepare(command, known, input)
	if err != nil {
		return total, err
	}
	adaptCollector()
	return input.Judge(command.Context(), rules, write)
}

// expiring returns a diagnostic for each exception that expires soon, while there is time to act. The finding itself
// says that an exception has expired.
func expiring(document *config.Document, now time.Time) []string {
	var diagnostics []string
	for _, exception := range document.Exceptions() {
		last, err := time.Parse(time.DateOnly, exception.Expires)
		if err != nil { // the exception does not expire
			continue
		}
		if left := last.AddDate(0, 0, 1).Sub(now); left > 0 && left <= expiryWarning {
			diagnostics = append(diagnostics, fmt.Sprintf("%s: the exception for %s expires on %s", exception.Place, exception.Rule, exception.Expires))
		}
	}
	return diagnostics
}

// verdict returns the exit code of a run. An error outweighs a denied object, because the run is not complete.
func verdict(total report.Total) error {
	switch {
	case total.Errors > 0:
		return exitError{code: exitFailed}
	case total.Summary.Deny > 0:
		return exitError{code: exitDenied}
	}
	return nil
}
