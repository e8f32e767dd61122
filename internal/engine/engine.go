// Package engine evaluates the rules: it embeds OPA, compiles the modules once and judges one object at a time.
package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/rego"
	"github.com/open-policy-agent/opa/v1/storage/inmem"

	"winpolicy/internal/modules"
)

// Engine judges objects. It may be used from several goroutines.
type Engine struct {
	report rego.PreparedEvalQuery
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
func New(ctx context.Context, all []modules.Module, known Data, now time.Time) (*Engine, error) {
	compiler, err := Compile(all)
	if err != nil {
		return nil, err
	}
	store := inmem.NewFromObjectWithOpts(known.Document(), inmem.OptRoundTripOnWrite(true), inmem.OptReturnASTValuesOnRead(true))
	query, err := rego.New(
		rego.Query("data.winpolicy.report"),
		rego.Compiler(compiler),
		rego.Store(store),
		rego.StoreReadAST(true),
	).PrepareForEval(ctx)
	if err != nil {
		return nil, fmt.Errorf("prepare the query: %w", err)
	}
	return &Engine{report: query, now: now}, nil
}

// Compile compiles modules without the builtins that reach the network or the environment.
func Compile(all []modules.Module) (*ast.Compiler, error) {
	parsed := make(map[string]*ast.Module, len(all))
	for _, module := range all {
		parsed[module.Path] = module.Parsed
	}
	compiler := ast.NewCompiler().WithCapabilities(capabilities())
	if compiler.Compile(parsed); compiler.Failed() {
		return nil, fmt.Errorf("compile the policies: %w", compiler.Errors)
	}
	return compiler, nil
}

func capabilities() *ast.Capabilities {
	all := ast.CapabilitiesForThisVersion()
	all.AllowNet = []string{}
	all.Builtins = slices.DeleteFunc(all.Builtins, func(builtin *ast.Builtin) bool {
		return builtin.Name == "http.send" || builtin.Name == "opa.runtime" || strings.HasPrefix(builtin.Name, "net.lookup")
	})
	return all
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
	results, err := e.report.Eval(ctx, rego.EvalParsedInput(value), rego.EvalTime(e.now))
	if err != nil {
		return Verdict{}, fmt.Errorf("evaluate the rules: %w", err)
	}
	if len(results) != 1 {
		return Verdict{}, errors.New("evaluate the rules: data.winpolicy.report is undefined, are the policies whole?")
	}
	report, _ := results[0].Expressions[0].Value.(map[string]any)
	return decode(report)
}
