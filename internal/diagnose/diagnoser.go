package diagnose

import (
	"context"

	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/symptom"
)

// Options are what a diagnosis needs to know.
type Options struct {
	Rules  []catalog.Rule
	Config engine.Config
	Help   func(rule string) string // gives the address of the page of a rule
	// Prepare gives the engine for what is known of other objects. It is called only if there is an object to judge.
	Prepare func(context.Context, engine.Data) (*engine.Engine, error)
}

// Diagnoser knows the rules and their symptoms.
type Diagnoser struct {
	options Options
	index   *symptom.Index
	rules   map[string][]catalog.Rule // by symptom
}

// New returns a diagnoser. An error names a symptom that cannot be found in texts.
func New(options Options) (*Diagnoser, error) {
	made := &Diagnoser{options: options, rules: map[string][]catalog.Rule{}}
	var texts []string
	for _, rule := range options.Rules {
		for _, shown := range rule.Symptoms {
			if made.rules[shown] == nil {
				texts = append(texts, shown)
			}
			made.rules[shown] = append(made.rules[shown], rule)
		}
	}
	var err error
	made.index, err = symptom.NewIndex(texts)
	return made, err
}
