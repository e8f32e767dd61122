package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/config"
	"winpolicy/internal/engine"
	"winpolicy/internal/report"
)

// warnAhead is how long before its last day an exception is told of.
const warnAhead = 30 * 24 * time.Hour

type checkOptions struct {
	form   string
	now    string
	config configuration
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
	flags := command.Flags()
	flags.StringVarP(&options.form, "output", "o", "text", "form of the report: text or json")
	flags.BoolVar(&options.shown.Notes, "notes", false, "show advice too")
	flags.BoolVar(&options.shown.Excepted, "show-excepted", false, "show what exceptions cover too")
	flags.StringVar(&options.now, "now", "", "day that decides which exceptions have run out, as 2027-03-31 (default: today)")
	options.config.register(command)
	return command
}

func (o checkOptions) run(command *cobra.Command, paths []string) error {
	write, ok := report.Writers()[o.form]
	if !ok {
		return fmt.Errorf("--output %q: the forms are %s", o.form, strings.Join(slices.Sorted(maps.Keys(report.Writers())), ", "))
	}
	now, err := o.time()
	if err != nil {
		return err
	}
	facts, err := loadFacts()
	if err != nil {
		return err
	}
	document, err := o.config.load(command, facts)
	if err != nil {
		return err
	}
	result, err := check.Run(command.Context(), check.Options{
		Paths: paths, Stdin: command.InOrStdin(), Config: document.Settings(),
		Inventory: catalog.InventoryKinds(facts.rules),
		Engine: func(ctx context.Context, known engine.Data) (*engine.Engine, error) {
			return newEngine(ctx, known, now)
		},
	})
	if result == nil {
		return err
	}
	result.Notes = append(result.Notes, expiring(document, now)...)
	if err := errors.Join(err, write(command.OutOrStdout(), result, o.shown)); err != nil {
		return err
	}
	return verdict(result)
}

func (o checkOptions) time() (time.Time, error) {
	if o.now == "" {
		return time.Now().UTC(), nil
	}
	now, err := time.Parse(time.DateOnly, o.now)
	if err != nil {
		return now, fmt.Errorf("--now %q: no day of the calendar, write it as 2027-03-31", o.now)
	}
	return now, nil
}

// expiring tells of exceptions that will run out soon, while there is time to act. Those that have are told where they
// are missed.
func expiring(document *config.Document, now time.Time) []string {
	var notes []string
	for _, exception := range document.Exceptions() {
		last, err := time.Parse(time.DateOnly, exception.Expires)
		if err != nil { // it has no last day
			continue
		}
		if left := last.AddDate(0, 0, 1).Sub(now); left > 0 && left <= warnAhead {
			notes = append(notes, fmt.Sprintf("%s: the exception for %s expires on %s", exception.Place, exception.Rule, exception.Expires))
		}
	}
	return notes
}

// verdict is the exit code of a report. What could not be read outweighs what was denied: the run is not complete.
func verdict(result *report.Report) error {
	switch {
	case len(result.Errors) > 0:
		return exitError{code: exitFailed}
	case result.Summary.Deny > 0:
		return exitError{code: exitDenied}
	}
	return nil
}
