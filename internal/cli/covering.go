package cli

import (
	"errors"
	"fmt"
	"os"

	"github.com/spf13/cobra"

	"winpolicy/internal/check"
	"winpolicy/internal/files"
	"winpolicy/internal/report"
)

// covering is the flags that say which findings do not count: those that manifests ignore, and those of a baseline.
type covering struct {
	noIgnore bool
	baseline string
	record   string

	known *report.Baseline // nil without --baseline
	fresh *report.Baseline // nil without --write-baseline
}

func (c *covering) register(command *cobra.Command) {
	flags := command.Flags()
	flags.BoolVar(&c.noIgnore, "no-ignore", false, "do not honour comments and annotations by which manifests ignore rules")
	flags.StringVar(&c.baseline, "baseline", "", "file of findings that are known, and not reported again")
	flags.StringVar(&c.record, "write-baseline", "", "file to write the findings of this run into, for --baseline; the exit code is 0 if nothing fails to be read")
	command.MarkFlagsMutuallyExclusive("baseline", "write-baseline")
}

// read reads the baseline.
func (c *covering) read() error {
	if c.record != "" {
		c.fresh = report.NewBaseline()
	}
	if c.baseline == "" {
		return nil
	}
	text, err := os.ReadFile(c.baseline)
	if err != nil {
		return fmt.Errorf("--baseline: %w", err)
	}
	if c.known, err = report.ReadBaseline(text); err != nil {
		return fmt.Errorf("--baseline: %s: %w", c.baseline, err)
	}
	return nil
}

// apply makes a run leave out what does not count.
func (c *covering) apply(judged input, known judgement) {
	if ignores := c.ignores(known); ignores != nil {
		judged.WithIgnores(ignores)
	}
	if c.known != nil {
		judged.Adjust(c.known.Cover)
	}
	if c.fresh != nil {
		judged.Adjust(c.fresh.Record)
	}
}

// ignores gives what manifests can ignore, nil if that does not count.
func (c *covering) ignores(known judgement) *check.Ignores {
	if c.noIgnore {
		return nil
	}
	return check.NewIgnores(known.facts.Rules, known.now)
}

// diagnostics tells what is gone from the baseline. Only a run of all files and all rules can know.
func (c *covering) diagnostics(partial bool) []report.Diagnostic {
	if c.known == nil || partial || c.known.Gone() == 0 {
		return nil
	}
	return []report.Diagnostic{{Kind: "baseline", File: c.baseline, Message: fmt.Sprintf(
		"the run no longer finds %s of the baseline; if it checks all files, write it again with --write-baseline", report.Count(c.known.Gone(), "finding"))}}
}

// end writes the new baseline. Then findings do not fail the run.
func (c *covering) end(verdict error) error {
	var exit exitError
	if c.fresh == nil || errors.As(verdict, &exit) && exit.code != exitDenied {
		return verdict
	}
	text, err := c.fresh.Text()
	if err == nil {
		err = files.Write(c.record, text)
	}
	if err != nil {
		return fmt.Errorf("--write-baseline: %w", err)
	}
	return nil
}
