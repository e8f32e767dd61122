// Package planner compiles rules and makes the plan that this program evaluates. OPA's planner does the work.
package planner

import (
	"context"
	"encoding/json"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/compiled"
	"winpolicy/internal/engine"
	"winpolicy/internal/engine/topdown"
	"winpolicy/internal/plan"
	"winpolicy/internal/rego"
)

// Plan plans the rules of modules. An error tells that a plan cannot carry them; OPA's topdown can evaluate them.
func Plan(ctx context.Context, all []rego.Module) (*plan.Plan, error) {
	encoded, _, err := encode(ctx, all)
	if err != nil {
		return nil, err
	}
	return plan.Load(string(encoded))
}

// Rules compiles the rules of modules: as a plan if a plan can carry them, and for topdown if not.
func Rules(ctx context.Context, all []rego.Module) (engine.Rules, error) {
	encoded, compiler, err := encode(ctx, all)
	switch {
	case compiler == nil:
		return nil, err
	case err != nil:
		return topdown.Rules(compiler), nil
	}
	made, err := plan.Load(string(encoded))
	return engine.Planned(made), err
}

// Files returns the content of the two files of package compiled for some modules, by name.
func Files(ctx context.Context, all []rego.Module) (map[string][]byte, error) {
	encoded, _, err := encode(ctx, all)
	if err != nil {
		return nil, err
	}
	facts, err := compiled.FactsOf(all)
	if err != nil {
		return nil, err
	}
	text, err := json.MarshalIndent(facts, "", " ")
	return map[string][]byte{compiled.PlanFile: encoded, compiled.CatalogFile: append(text, '\n')}, err
}

// encode compiles modules and plans them. With an error, the compiler is nil if the modules do not compile.
func encode(ctx context.Context, all []rego.Module) ([]byte, *ast.Compiler, error) {
	compiler, err := rego.Compile(all)
	if err != nil {
		return nil, nil, err
	}
	policy, err := Query(ctx, compiler, engine.Query)
	if err != nil {
		return nil, compiler, err
	}
	encoded, err := plan.Encode(policy)
	return encoded, compiler, err
}
