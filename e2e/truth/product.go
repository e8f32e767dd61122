package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"winpolicy/bundle"
	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
	"winpolicy/internal/rego"
	"winpolicy/internal/report"
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

// engine returns evaluators with a configuration, which it tells the release of Kubernetes.
func (p *product) engine(ctx context.Context, config engine.Config) (*evaluators, error) {
	if p.release != "" {
		config = merge(config, object{"kubernetesVersion": p.release})
	}
	known, now := engine.Data{Config: config}, time.Now()
	topdown, err := topdown.New(ctx, p.modules, known, now)
	if err != nil {
		return nil, err
	}
	made, err := compiled.Plan()
	if err != nil {
		return nil, err
	}
	planned, err := engine.Prepare(ctx, engine.Planned(made), known, now)
	return &evaluators{topdown, planned}, err
}

// evaluators are OPA's own evaluator and the one of the program, with the same rules.
type evaluators struct {
	topdown *engine.Engine
	plan    *engine.Engine // nil for rules that have no plan
}

// judge returns what topdown reports. It is an error if the plan reports anything else.
func (e *evaluators) judge(ctx context.Context, some []manifest.Input) (*report.Report, error) {
	result := check.Judge(ctx, e.topdown, "", some)
	if e.plan == nil {
		return result, nil
	}
	wanted, err := json.Marshal(result)
	if err != nil {
		return nil, err
	}
	got, err := json.Marshal(check.Judge(ctx, e.plan, "", some))
	if err == nil && !bytes.Equal(wanted, got) {
		err = fmt.Errorf("topdown reports %s and the plan reports %s", wanted, got)
	}
	return result, err
}

// judgeObject returns what the rules find in an object: a manifest or an AdmissionReview.
func judgeObject(ctx context.Context, rules *evaluators, value object) ([]finding.Finding, error) {
	input, err := manifest.Object{Value: value}.Input()
	if err != nil {
		return nil, err
	}
	result, err := rules.judge(ctx, []manifest.Input{input})
	if err != nil {
		return nil, err
	}
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

// against returns evaluators with the configuration, and a started oracle at the path to compare it with. The caller stops
// the oracle.
func (p *product) against(ctx context.Context, config engine.Config, path string) (*evaluators, *oracle, error) {
	judge, err := p.engine(ctx, config)
	if err != nil {
		return nil, nil, err
	}
	started, err := startOracle(path)
	return judge, started, err
}
