// Package compiled holds the rules of this program in the form that starts quickly: a plan and a catalogue, which
// `winpolicy generate --compiled` makes from policies/ and bundle/. A program that only judges parses no Rego.
package compiled

import (
	"bytes"
	_ "embed" // for the two files below
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/version"

	"winpolicy/internal/catalog"
	"winpolicy/internal/plan"
	"winpolicy/internal/rego"
)

// The names of the files, which package planner makes.
const (
	PlanFile    = "plan.bin"
	CatalogFile = "catalog.json"
)

//go:embed plan.bin
var embeddedPlan string

//go:embed catalog.json
var embeddedCatalog []byte

// Facts are what commands know about the rules: what METADATA says of each, ordered by id, and the platforms by name.
type Facts struct {
	Rules     []catalog.Rule `json:"rules"`
	Platforms map[string]any `json:"platforms"`
}

// FactsOf reads the facts from modules. The error holds every mistake in METADATA.
func FactsOf(all []rego.Module) (Facts, error) {
	rules, err := catalog.Load(all)
	if err != nil {
		return Facts{}, err
	}
	platforms, err := catalog.Platforms(all)
	return Facts{rules, platforms}, err
}

// Read returns the facts about the rules of this program.
func Read() (Facts, error) {
	decoder := json.NewDecoder(bytes.NewReader(embeddedCatalog))
	decoder.UseNumber()
	var facts Facts
	if err := decoder.Decode(&facts); err != nil {
		return Facts{}, fmt.Errorf("read the catalogue of the program: %w", err)
	}
	return facts, nil
}

// Plan loads the plan of the rules of this program. The error says why it cannot be used: the OPA that made it is another one
// than that of the program, for instance.
func Plan() (*plan.Plan, error) {
	made, err := plan.Load(embeddedPlan)
	if err != nil {
		return nil, err
	}
	if made.Version() != version.Version {
		return nil, fmt.Errorf("OPA %s made the plan and this program has OPA %s", made.Version(), version.Version)
	}
	return made, nil
}
