package main

import (
	"context"
	"errors"
	"slices"
	"time"

	"winpolicy/bundle"
	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

// product holds the embedded rules.
type product struct {
	modules []rego.Module
	rules   []catalog.Rule
	release string // of Kubernetes, for kubernetesVersion; "" leaves it out
}

func loadProduct() (*product, error) {
	all, err := rego.Load(policies.FS, bundle.FS)
	if err != nil {
		return nil, err
	}
	rules, err := catalog.Load(all)
	return &product{modules: all, rules: rules}, err
}

// engine returns an engine with a configuration, which it tells the release of Kubernetes.
func (p *product) engine(ctx context.Context, config engine.Config) (*engine.Engine, error) {
	if p.release != "" {
		config = merge(config, object{"kubernetesVersion": p.release})
	}
	return engine.New(ctx, p.modules, engine.Data{Config: config}, time.Time{})
}

// judgeObject returns what the rules find in an object: a manifest or an AdmissionReview.
func judgeObject(ctx context.Context, rules *engine.Engine, value object) ([]finding.Finding, error) {
	result := check.Judge(ctx, rules, []manifest.Object{{Value: value}})
	if len(result.Errors) > 0 {
		return nil, errors.New(result.Errors[0].Message)
	}
	if result.Summary.Objects != 1 {
		return nil, errors.New("the object has no apiVersion or no kind")
	}
	found := make([]finding.Finding, len(result.Violations))
	for i, violation := range result.Violations {
		found[i] = violation.Finding
	}
	return found, nil
}

// isPlacement reports whether a rule belongs to the category placement.
func (p *product) isPlacement(id string) bool {
	rule, err := catalog.Find(p.rules, id)
	return err == nil && rule.Category == "placement"
}

// isRestricted reports whether a rule belongs to the profile restricted.
func (p *product) isRestricted(id string) bool {
	rule, err := catalog.Find(p.rules, id)
	return err == nil && slices.Contains(rule.Profiles, "restricted")
}

// against returns an engine with the configuration, and a started oracle at the path to compare it with. The caller stops
// the oracle.
func (p *product) against(ctx context.Context, config engine.Config, path string) (*engine.Engine, *oracle, error) {
	judge, err := p.engine(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	started, err := startOracle(path)
	return judge, started, err
}
