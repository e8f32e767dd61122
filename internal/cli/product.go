package cli

import (
	"context"
	"sync"
	"time"

	"winpolicy/bundle"
	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

// product are the modules that winpolicy evaluates: the libraries, the rules and the bundle's entry points.
var product = sync.OnceValues(func() ([]rego.Module, error) { return rego.Load(policies.FS, bundle.FS) })

func newEngine(ctx context.Context, known engine.Data, now time.Time) (*engine.Engine, error) {
	all, err := product()
	if err != nil {
		return nil, err
	}
	return engine.New(ctx, all, known, now)
}

// facts are what a configuration is read against.
type facts struct {
	rules     []catalog.Rule
	platforms map[string]any
}

func loadFacts() (facts, error) {
	all, err := product()
	if err != nil {
		return facts{}, err
	}
	return factsOf(all)
}

func factsOf(all []rego.Module) (facts, error) {
	rules, err := catalog.Load(all)
	if err != nil {
		return facts{}, err
	}
	platforms, err := catalog.Platforms(all)
	return facts{rules, platforms}, err
}

func (f facts) platformNames() []string { return catalog.Names(f.platforms) }
