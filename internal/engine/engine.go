// Package engine evaluates the rules: it embeds OPA, compiles the modules once and judges one object at a time.
package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	opa "github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"winpolicy/internal/rego"
)

// Engine judges objects. It may be used from several goroutines.
type Engine struct {
	report opa.PreparedEvalQuery
	now    time.Time
}

// Verdict is all that is said of an object.
type Verdict struct {
	Findings []Finding // ordered by field, then rule
	Excepted []Finding // what exceptions keep from being reported, in the same order
	// Unverified is what could not be judged, in the same order; the severity of each is "unverified".
	Unverified []Finding
}

// Finding is what a rule says of an object.
type Finding struct {
	Message    string      `json:"msg"`
	Rule       string      `json:"rule"`
	Severity   string      `json:"severity"` // deny, warn or note
	Field      string      `json:"field"`    // the API server's path from the object's root
	Because    string      `json:"because"`
	EnforcedBy string      `json:"enforcedBy"`
	Container  string      `json:"container,omitempty"`
	Fix        []Operation `json:"fix,omitempty"`
	Reasons    []string    `json:"-"` // those of the exceptions that cover it
}

// Operation is one of RFC 6902.
type Operation struct {
	Op    string `json:"op"`
	Path  string `json:"path"`
	Value any    `json:"value,omitempty"`
}

// Config is the configuration document, as it stands at data.lib.windows.config.
type Config map[string]any

// Run is what is judged together, as rules that look at more than one object see it: the objects by their kind.
type Run map[string][]any

// Data is what the rules know besides the object they judge.
type Data struct {
	Config Config
	Run    Run
}

// New compiles the modules, which must hold package winpolicy, with the data. now decides which exceptions have run out;
// the zero time stands for that of each judgement.
func New(ctx context.Context, all []rego.Module, known Data, now time.Time) (*Engine, error) {
	compiler, err := rego.Compile(all)
	if err != nil {
		return nil, err
	}
	return Prepare(ctx, compiler, known, now)
}

// Prepare is New for modules that are compiled, which takes most of the time and is the same for any data.
func Prepare(ctx context.Context, compiler *ast.Compiler, known Data, now time.Time) (*Engine, error) {
	store := inmem.NewFromObjectWithOpts(known.Document(), inmem.OptRoundTripOnWrite(true), inmem.OptReturnASTValuesOnRead(true))
	query, err := opa.New(
		opa.Query("data.winpolicy.report"),
		opa.Compiler(compiler),
		opa.Store(store),
		opa.StoreReadAST(true),
	).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare the query: %w", err)
	}
	return &Engine{report: query, now: now}, nil
}

// Document is what the rules see at data.
func (d Data) Document() map[string]any {
	run := map[string]any{}
	for kind, objects := range d.Run {
		run[kind] = objects
	}
	config := map[string]any{}
	maps.Copy(config, d.Config)
	return map[string]any{"lib": map[string]any{"windows": map[string]any{"config": config, "run": run}}}
}

// Judge evaluates the rules on one input: a manifest or an AdmissionReview, as encoding/json decodes it, or Gatekeeper's
// {review, parameters}.
func (e *Engine) Judge(ctx context.Context, input any) (Verdict, error) {
	value, err := ast.InterfaceToValue(input)
	if err != nil {
		return Verdict{}, fmt.Errorf("read the input: %w", err)
	}
	results, err := e.report.Eval(ctx, opa.EvalParsedInput(value), opa.EvalTime(e.now))
	if err != nil {
		return Verdict{}, fmt.Errorf("evaluate the rules: %w", err)
	}
	if len(results) != 1 {
		return Verdict{}, errors.New("evaluate the rules: data.winpolicy.report is undefined, are the policies whole?")
	}
	report, _ := results[0].Expressions[0].Value.(map[string]any)
	return decode(report)
}
