package cli

import (
	"fmt"
	"io"
	"sync"

	"github.com/open-policy-agent/opa/v1/version"

	"winpolicy/bundle"
	"winpolicy/internal/catalog"
	"winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/plan"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

// product are the modules that winpolicy evaluates: the libraries, the rules and the bundle's entry points.
var product = sync.OnceValues(func() ([]rego.Module, error) { return rego.Load(policies.FS, bundle.FS) })

// The evaluators that --engine names.
const (
	planEngine    = "plan"
	topdownEngine = "topdown"
)

// programRules gives the rules of this program for an evaluator. It says on log which evaluator is used, and why if it is
// not the one asked for.
func programRules(name string, log io.Writer) (engine.Rules, error) {
	switch name {
	case planEngine:
		made, err := usablePlan()
		if err == nil {
			fmt.Fprintln(log, "engine: plan")
			return engine.Planned(made), nil
		}
		fmt.Fprintf(log, "engine: topdown, because %v\n", err)
	case topdownEngine:
		fmt.Fprintln(log, "engine: topdown")
	default:
		return nil, fmt.Errorf("--engine %q: write plan or topdown", name)
	}
	all, err := product()
	if err != nil {
		return nil, err
	}
	compiler, err := rego.Compile(all)
	if err != nil {
		return nil, err
	}
	return engine.Topdown(compiler), nil
}

// usablePlan gives the plan of this program if the OPA of this program made it.
func usablePlan() (*plan.Plan, error) {
	made, err := compiled.Plan()
	if err != nil {
		return nil, err
	}
	if made.Version() != version.Version {
		return nil, fmt.Errorf("OPA %s made the plan and this program has OPA %s", made.Version(), version.Version)
	}
	return made, nil
}

func platformNames(facts compiled.Facts) []string { return catalog.Names(facts.Platforms) }
