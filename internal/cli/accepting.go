package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/internal/config"
	"winpolicy/internal/files"
	"winpolicy/internal/finding"
	"winpolicy/internal/report"
)

// accepting is the flags that write the findings of a run as exceptions into the configuration.
type accepting struct {
	until  string // the last day; "" writes none
	reason string

	found    []config.Accepted
	known    map[config.Accepted]bool
	nameless int // findings about objects without a name
}

func (a *accepting) register(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&a.until, "write-exceptions", "", "last day of exceptions to write into "+config.Name+" for the findings of this run, for example 2027-03-31; needs --reason; the exit code is 0 if nothing fails to be read")
	flags.StringVar(&a.reason, "reason", "", "why --write-exceptions accepts the findings")
	command.MarkFlagsRequiredTogether("write-exceptions", "reason")
	command.MarkFlagsMutuallyExclusive("write-exceptions", "write-baseline")
}

// check returns what is wrong with the flags.
func (a *accepting) check(now time.Time) error {
	if a.until == "" {
		return nil
	}
	last, err := time.Parse(time.DateOnly, a.until)
	if err != nil {
		return fmt.Errorf("--write-exceptions %q: not a day; write for example 2027-03-31", a.until)
	}
	if !now.Before(last.AddDate(0, 0, 1)) {
		return fmt.Errorf("--write-exceptions %s: the day is over; write a later one", a.until)
	}
	if strings.TrimSpace(a.reason) == "" {
		return errors.New("--reason: write why you accept the findings")
	}
	return nil
}

// apply makes the input record its findings, down to a severity.
func (a *accepting) apply(judged input, least finding.Severity) {
	if a.until == "" {
		return
	}
	a.known = map[config.Accepted]bool{}
	judged.Adjust(func(part *report.Report) {
		for _, one := range part.Violations {
			if one.Severity.Compare(least) <= 0 {
				a.record(one)
			}
		}
	})
}

// record keeps one exception for all findings of a rule about a container, or about an object.
func (a *accepting) record(v report.Violation) {
	if v.Object.Name == "" {
		a.nameless++ // an exception without a name would cover every object of the kind
		return
	}
	made := config.Accepted{
		Rule: v.Rule, Kind: v.Object.Kind, Namespace: v.Object.Namespace, Name: v.Object.Name, Container: v.Container, Reason: a.reason, Expires: a.until,
	}
	if !a.known[made] {
		a.known[made] = true
		a.found = append(a.found, made)
	}
}

// diagnostics tells what no exception is written for.
func (a *accepting) diagnostics() []report.Diagnostic {
	if a.nameless == 0 {
		return nil
	}
	return []report.Diagnostic{{Kind: "exception", Message: fmt.Sprintf(
		"no exception is written for %s about objects without a name; repair them, or ignore them with a comment", report.Count(a.nameless, "finding"))}}
}

// end writes the exceptions. Then findings do not fail the run.
func (a *accepting) end(command *cobra.Command, known judgement, verdict error) error {
	var exit exitError
	if a.until == "" || errors.As(verdict, &exit) && exit.code != exitDenied {
		return verdict
	}
	if len(a.found) == 0 {
		return verdict
	}
	file := config.Name
	if known.document != nil && known.document.File != "" {
		file = known.document.File
	}
	before, err := os.ReadFile(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("--write-exceptions: %w", err)
	}
	isNew := err != nil
	text, err := config.WithExceptions(file, before, config.Schema(known.facts.Rules, platformNames(known.facts)), a.found)
	if err == nil && isNew {
		err = files.Write(file, text)
	} else if err == nil {
		err = files.Replace(file, before, text)
	}
	if err != nil {
		return fmt.Errorf("--write-exceptions: %w", err)
	}
	fmt.Fprintf(command.ErrOrStderr(), "%s: %s written, until %s\n", report.Escape(file), report.Count(len(a.found), "exception"), a.until)
	if a.nameless > 0 {
		return verdict
	}
	return nil
}
