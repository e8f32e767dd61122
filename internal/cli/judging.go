package cli

import (
	"fmt"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
	"winpolicy/internal/compiled"
	"winpolicy/internal/config"
	"winpolicy/internal/engine"
)

// judging is the flags by which a command judges manifests.
type judging struct {
	ruleset ruleset
	config  configuration
	now     string
	engine  string
	only    []string
	skipped []string
}

func (j *judging) register(command *cobra.Command) {
	flags := command.Flags()
	flags.StringVar(&j.now, "now", "", "day that decides which exceptions have expired, for example 2027-03-31 (default: today)")
	flags.StringVar(&j.engine, "engine", planEngine, "how the rules are evaluated: plan, or topdown, which is OPA's own and slower, to compare")
	flags.StringSliceVar(&j.only, "rule", nil, "report only this rule; can be given several times")
	flags.StringSliceVar(&j.skipped, "skip-rule", nil, "do not report this rule; can be given several times")
	j.ruleset.register(command)
	j.config.register(command)
}

// judgement is what the flags say.
type judgement struct {
	facts    compiled.Facts
	document *config.Document // nil without configuration
	now      time.Time
}

// read reads the rules' METADATA and the configuration, and checks the flags.
func (j *judging) read(command *cobra.Command) (judgement, error) {
	now, err := j.time()
	if err != nil {
		return judgement{}, err
	}
	facts, err := j.ruleset.facts()
	if err != nil {
		return judgement{}, err
	}
	for _, id := range slices.Concat(j.only, j.skipped) {
		if _, err := catalog.Find(facts.Rules, id); err != nil {
			return judgement{}, err
		}
	}
	document, err := j.config.load(command, facts)
	return judgement{facts, document, now}, err
}

// prepare gives the engine for an input.
func (j *judging) prepare(command *cobra.Command, known judgement, others knower) (*engine.Engine, error) {
	rules, err := j.ruleset.rules(command.Context(), j.engine, j.config.log(command))
	if err != nil {
		return nil, err
	}
	data := others.Known(command.Context(), known.document.Settings(), known.facts.Rules)
	prepared, err := engine.Prepare(command.Context(), rules, data, known.now)
	if err != nil || len(j.only)+len(j.skipped) == 0 {
		return prepared, err
	}
	return prepared.Only(j.chosen), nil
}

// chosen tells whether the flags choose a rule.
func (j *judging) chosen(rule string) bool {
	return (len(j.only) == 0 || slices.Contains(j.only, rule)) && !slices.Contains(j.skipped, rule)
}

func (j *judging) time() (time.Time, error) {
	if j.now == "" {
		return time.Now().UTC(), nil
	}
	now, err := time.Parse(time.DateOnly, j.now)
	if err != nil {
		return now, fmt.Errorf("--now %q: not a date (want YYYY-MM-DD)", j.now)
	}
	return now, nil
}
