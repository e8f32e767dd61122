// Package compiled holds the rules of this program in the form that starts quickly: a plan and a catalogue, which
// `winpolicy generate --compiled` makes from policies/ and bundle/. A program that only judges parses no Rego.
package compiled

import (
	"bytes"
	"context"
	_ "embed" // for the two files below
	"encoding/json"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/engine"
	"winpolicy/internal/plan"
	"winpolicy/internal/rego"
)

// The names of the files.
const (
	planFile    = "plan.bin"
	catalogFile = "catalog.json"
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

// Plan loads the plan of the rules of this program. An error tells why it cannot be used.
func Plan() (*plan.Plan, error) { return plan.Load(embeddedPlan) }

// PlanOf plans the rules of modules. An error tells that a plan cannot carry them; OPA's topdown can evaluate them.
func PlanOf(ctx context.Context, all []rego.Module) (*plan.Plan, error) {
	encoded, _, err := encode(ctx, all)
	if err != nil {
		return nil, err
	}
	return plan.Load(string(encoded))
}

// RulesOf compiles the rules of modules: as a plan if a plan can carry them, and for topdown if not.
func RulesOf(ctx context.Context, all []rego.Module) (engine.Rules, error) {
	encoded, compiler, err := encode(ctx, all)
	switch {
	case compiler == nil:
		return nil, err
	case err != nil:
		return engine.Topdown(compiler), nil
	}
	made, err := plan.Load(string(encoded))
	return engine.Planned(made), err
}

// Files returns the content of the two files for some modules, by name.
func Files(ctx context.Context, all []rego.Module) (map[string][]byte, error) {
	encoded, _, err := encode(ctx, all)
	if err != nil {
		return nil, err
	}
	facts, err := FactsOf(all)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(facts, "", " ")
	return map[string][]byte{planFile: encoded, catalogFile: append(text, '\n')}, err
}

// encode compiles modules and plans them. With an error, the compiler is nil if the modules do not compile.
func encode(ctx context.Context, all []rego.Module) ([]byte, *ast.Compiler, error) {
	compiler, err := rego.Compile(all)
	if err != nil {
		return nil, nil, err
	}
	policy, err := rego.Plan(ctx, compiler, engine.Query)
	if err != nil {
		return nil, compiler, err
	}
	encoded, err := plan.Encode(policy)
	return encoded, compiler, err
}
