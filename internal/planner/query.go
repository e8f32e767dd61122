package planner

import (
	"context"
	"errors"
	"fmt"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/ir"
	opa "github.com/open-policy-agent/opa/v1/rego"
)

// planTarget is a target of OPA's compiler that only hands over what the planner made. OPA has one registry of targets, so
// the target has no state of its own: it finds the receiver in the context.
type planTarget struct{}

const planTargetName = "winpolicy-plan"

type planReceiver struct{}

func init() { opa.RegisterPlugin(planTargetName, planTarget{}) }

// IsTarget tells OPA that a query with the name wants a plan.
func (planTarget) IsTarget(name string) bool { return name == planTargetName }

// PrepareForEval hands over the plan. Nothing is evaluated with OPA, so there is no evaluator.
func (planTarget) PrepareForEval(ctx context.Context, policy *ir.Policy, _ ...opa.PrepareOption) (opa.TargetPluginEval, error) {
	if receiver, ok := ctx.Value(planReceiver{}).(**ir.Policy); ok {
		*receiver = policy
	}
	return nil, nil
}

// Query has OPA plan a query over compiled modules. An error tells that the planner refuses what the compiler accepts, for
// example rules whose heads differ only behind a variable. options add to those of the query.
func Query(ctx context.Context, compiler *ast.Compiler, query string, options ...func(*opa.Rego)) (*ir.Policy, error) {
	var planned *ir.Policy
	options = append(options, opa.Query(query), opa.Target(planTargetName))
	if compiler != nil {
		options = append(options, opa.Compiler(compiler))
	}
	_, err := opa.New(options...).PrepareForEval(context.WithValue(ctx, planReceiver{}, &planned))
	if err != nil {
		return nil, fmt.Errorf("plan the query %s: %w", query, err)
	}
	if planned == nil {
		return nil, errors.New("OPA did not hand over the plan")
	}
	return planned, nil
}
