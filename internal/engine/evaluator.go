package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"winpolicy/internal/plan"
)

// Query is what an engine evaluates. The plan of Planned has to be planned from it.
const Query = "report = data.winpolicy.report"

// reportName is the variable of the query.
const reportName = "report"

// Rules are compiled rules that can be prepared with any data.
type Rules interface {
	prepare(ctx context.Context, known Data) (evaluator, error)
}

// evaluator gives the report about an input, as encoding/json would decode it; nil if the report is undefined.
type evaluator func(ctx context.Context, input ast.Value, now time.Time) (any, error)

// Topdown are rules that OPA's own evaluator evaluates.
func Topdown(compiler *ast.Compiler) Rules { return topdownRules{compiler} }

type topdownRules struct{ compiler *ast.Compiler }

func (r topdownRules) prepare(ctx context.Context, known Data) (evaluator, error) {
	document, err := known.Document()
	if err != nil {
		return nil, err
	}
	store := inmem.NewFromObjectWithOpts(document, inmem.OptRoundTripOnWrite(true), inmem.OptReturnASTValuesOnRead(true))
	query, err := opa.New(opa.Query(Query), opa.Compiler(r.compiler), opa.Store(store), opa.StoreReadAST(true)).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare the query: %w", err)
	}
	return func(ctx context.Context, input ast.Value, now time.Time) (any, error) {
		results, err := query.Eval(ctx, opa.EvalParsedInput(input), opa.EvalTime(now))
		if err != nil || len(results) != 1 {
			return nil, err
		}
		return results[0].Bindings[reportName], nil
	}, nil
}

// Planned are rules that this program evaluates from OPA's plan of Query.
func Planned(rules *plan.Plan) Rules { return plannedRules{rules} }

type plannedRules struct{ plan *plan.Plan }

func (r plannedRules) prepare(_ context.Context, known Data) (evaluator, error) {
	data, err := known.Value()
	if err != nil {
		return nil, err
	}
	root, name := ast.NewTerm(data), ast.StringTerm(reportName)
	return func(ctx context.Context, input ast.Value, now time.Time) (any, error) {
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
