package engine

import (
	"context"
	"errors"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/plan"
)

// Query is what an engine evaluates. The plan of Planned has to be planned from it.
const Query = ReportName + " = data.winpolicy.report"

// ReportName is the variable of the query.
const ReportName = "report"

// Rules are compiled rules that can be prepared with any data.
type Rules interface {
	Prepare(ctx context.Context, known Data) (Evaluator, error)
}

// Evaluator gives the report about an input, as encoding/json would decode it; nil if the report is undefined.
type Evaluator func(ctx context.Context, input ast.Value, now time.Time) (any, error)

// Planned are rules that this program evaluates from OPA's plan of Query.
func Planned(rules *plan.Plan) Rules { return plannedRules{rules} }

type plannedRules struct{ plan *plan.Plan }

func (r plannedRules) Prepare(_ context.Context, data Data) (Evaluator, error) {
	known, err := data.known()
	if err != nil {
		return nil, err
	}
	alone, err := known.value(nil)
	if err != nil {
		return nil, err
	}
	root, name := ast.NewTerm(alone), ast.StringTerm(ReportName)
	return func(ctx context.Context, input ast.Value, now time.Time) (any, error) {
		root := root
		if related := data.RelatedTo(input); len(related) > 0 {
			all, err := known.value(related)
			if err != nil {
				return nil, err
			}
			root = ast.NewTerm(all)
		}
		results, err := r.plan.Eval(ctx, ast.NewTerm(input), root, now)
		if err != nil || len(results) != 1 {
			return nil, err
		}
		bindings, ok := results[0].Value.(ast.Object)
		if !ok || bindings.Get(name) == nil {
			return nil, errors.New("the plan has no report")
		}
		return ast.JSON(bindings.Get(name).Value)
	}, nil
}
