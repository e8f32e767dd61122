package cli

import (
	"sync"

	"winpolicy/bundle"
	"winpolicy/internal/catalog"
	"winpolicy/internal/compiled"
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

func platformNames(facts compiled.Facts) []string { return catalog.Names(facts.Platforms) }
