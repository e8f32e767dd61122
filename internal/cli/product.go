package cli

import (
	"fmt"
	"sync"

	"github.com/open-policy-agent/opa/v1/version"

	"winpolicy/bundle"
	"winpolicy/internal/catalog"
	"winpolicy/internal/compiled"
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
