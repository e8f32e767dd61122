// Package topdown evaluates the rules with OPA's own evaluator. It is slower than a plan, and it takes every rule that OPA compiles.
package topdown

import (
	"context"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"winpolicy/internal/engine"
	"winpolicy/internal/rego"
)

// New compiles the modules, which must include package winpolicy, and prepares an engine with the data. now decides which
// exceptions have expired; zero means the time of each evaluation.
func New(ctx context.Context, all []rego.Module, known engine.Data, now time.Time) (*engine.Engine, error) {
	compiler, err := rego.Compile(all)
	if err != nil {
		return nil, err
	}
	return engine.Prepare(ctx, Rules(compiler), known, now)
}

// Rules are compiled rules that OPA's own evaluator evaluates.
func Rules(compiler *ast.Compiler) engine.Rules { return rules{compiler} }

type rules struct{ compiler *ast.Compiler }

// Prepare puts the data into a store, and prepares the query.
func (r rules) Prepare(ctx context.Context, known engine.Data) (engine.Evaluator, error) {
	document, err := known.Document()
	if err != nil {
		return nil, err
	}
	store := inmem.NewFromObjectWithOpts(document, inmem.OptRoundTripOnWrite(true), inmem.OptReturnASTValuesOnRead(true))
	query, err := opa.New(opa.Query(engine.Query), opa.Compiler(r.compiler), opa.Store(store), opa.StoreReadAST(true)).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare the query: %w", err)
	}
	return func(ctx context.Context, input ast.Value, now time.Time) (any, error) {
		options := []opa.EvalOption{opa.EvalParsedInput(input), opa.EvalTime(now)}
		if related := known.RelatedTo(input); len(related) > 0 {
			transaction, err := write(ctx, store, related)
			if err != nil {
				return nil, err
			}
			defer store.Abort(ctx, transaction)
			options = append(options, opa.EvalTransaction(transaction))
		}
		results, err := query.Eval(ctx, options...)
		if err != nil || len(results) != 1 {
			return nil, err
		}
		return results[0].Bindings[engine.ReportName], nil
	}, nil
}

// write begins a transaction in which the run has more objects. The caller aborts it, so no other evaluation sees them.
func write(ctx context.Context, store storage.Store, more engine.Run) (storage.Transaction, error) {
	transaction, err := store.NewTransaction(ctx, storage.WriteParams)
	if err != nil {
		return nil, fmt.Errorf("write the objects of the run: %w", err)
	}
	for kind, objects := range more {
		list, err := ast.InterfaceToValue(objects)
		if err == nil {
			err = store.Write(ctx, transaction, storage.AddOp, storage.Path{"lib", "windows", "run", kind}, list)
		}
		if err != nil {
			store.Abort(ctx, transaction)
			return nil, fmt.Errorf("write the objects of the run: %w", err)
		}
	}
	return transaction, nil
}
