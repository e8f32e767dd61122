// Package engine evaluates the rules. The rules are compiled once, and an engine judges one object at a time.
package engine

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/rego"
)

// Engine judges objects. It is safe for concurrent use.
type Engine struct {
	report evaluator
	now    time.Time
}

// Config is the configuration document. The rules read it at data.lib.windows.config.
type Config map[string]any

// With returns a copy of the configuration with one top-level key set.
func (c Config) With(key string, value any) Config {
	changed := make(Config, len(c)+1)
	maps.Copy(changed, c)
	changed[key] = value
	return changed
}

// Run holds the other objects that the rules know, by kind: plain values or those of OPA. The rules read it at
// data.lib.windows.run.
type Run map[string][]any

// Data is what the rules know besides the object they judge.
type Data struct {
	Config Config
	Run    Run
}

// New compiles the modules, which must include package winpolicy, and prepares them with the data for OPA's own
// evaluator. now decides which exceptions have expired; zero means the time of each evaluation.
func New(ctx context.Context, all []rego.Module, known Data, now time.Time) (*Engine, error) {
	compiler, err := rego.Compile(all)
	if err != nil {
		return nil, err
	}
	return Prepare(ctx, Topdown(compiler), known, now)
}

// Prepare prepares compiled rules with the data. Compiling takes most of the time and does not depend on the data.
func Prepare(ctx context.Context, rules Rules, known Data, now time.Time) (*Engine, error) {
	report, err := rules.prepare(ctx, known)
	if err != nil {
		return nil, err
	}
	return &Engine{report: report, now: now}, nil
}

// Document returns the document that the rules read at data, as encoding/json would decode it.
func (d Data) Document() (map[string]any, error) {
	run := map[string]any{}
	for kind, objects := range d.Run {
		plain := make([]any, len(objects))
		for i, object := range objects {
			value, ok := object.(ast.Value)
			if !ok {
				plain[i] = object
				continue
			}
			var err error
			if plain[i], err = ast.JSON(value); err != nil {
				return nil, fmt.Errorf("read the known objects: %w", err)
			}
		}
		run[kind] = plain
	}
	return d.around(run), nil
}

// Value returns the same document as the plan reads it. It shares the objects of the run.
func (d Data) Value() (ast.Value, error) {
	run := map[string]any{}
	for kind, objects := range d.Run {
		run[kind] = objects
	}
	value, err := ast.InterfaceToValue(d.around(run))
	if err != nil {
		return nil, fmt.Errorf("read the data: %w", err)
	}
	return value, nil
}

func (d Data) around(run map[string]any) map[string]any {
	config := map[string]any{}
	maps.Copy(config, d.Config)
	return map[string]any{"lib": map[string]any{"windows": map[string]any{"config": config, "run": run}}}
}

// Judge evaluates the rules on one input, as encoding/json decodes it: a manifest, an AdmissionReview, or Gatekeeper's
// {review, parameters}.
func (e *Engine) Judge(ctx context.Context, input any) (Verdict, error) {
	value, err := ast.InterfaceToValue(input)
	if err != nil {
		return Verdict{}, fmt.Errorf("read the input: %w", err)
	}
	now := e.now
	if now.IsZero() {
		now = time.Now()
	}
	report, err := e.report(ctx, value, now)
	if err != nil {
		return Verdict{}, fmt.Errorf("evaluate the rules: %w", err)
	}
	if report == nil {
		return Verdict{}, errors.New("evaluate the rules: data.winpolicy.report is undefined; load the policies with package winpolicy")
	}
	fields, _ := report.(map[string]any)
	return decode(fields)
}
