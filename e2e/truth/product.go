package main

import (
	"context"
	"slices"
	"time"

	"winpolicy/bundle"
	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

// product is what is judged: the rules as they are embedded.
type product struct {
	modules []rego.Module
	rules   []catalog.Rule
}

func loadProduct() (*product, error) {
	all, err := rego.Load(policies.FS, bundle.FS)
	if err != nil {
		return nil, err
	}
	rules, err := catalog.Load(all)
	return &product{modules: all, rules: rules}, err
}

// engine makes an engine with a configuration.
func (p *product) engine(ctx context.Context, config engine.Config) (*engine.Engine, error) {
	return engine.New(ctx, p.modules, engine.Data{Config: config}, time.Time{})
}

// isPlacement tells the rules of that category.
func (p *product) isPlacement(id string) bool {
	rule, err := catalog.Find(p.rules, id)
	return err == nil && rule.Category == "placement"
}

// isRestricted tells the rules of the bundle windows-restricted.
func (p *product) isRestricted(id string) bool {
	rule, err := catalog.Find(p.rules, id)
	return err == nil && slices.Contains(rule.Profiles, "restricted")
}
