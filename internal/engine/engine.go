// Package engine evaluates the rules. The rules are compiled once, and an engine judges one object at a time. What compiles them
// is elsewhere, so that a program that only judges stays small.
package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Engine judges objects. It is safe for concurrent use.
type Engine struct {
	report Evaluator
	now    time.Time
	chosen func(rule string) bool // nil chooses all
}

// Prepare prepares compiled rules with the data. Compiling takes most of the time and does not depend on the data.
func Prepare(ctx context.Context, rules Rules, known Data, now time.Time) (*Engine, error) {
	report, err := rules.Prepare(ctx, known)
	if err != nil {
		return nil, err
	}
	return &Engine{report: report, now: now}, nil
}

// Only returns an engine that reports nothing of rules that are not chosen. It evaluates all rules, because findings of one
// rule can replace those of another one.
func (e *Engine) Only(chosen func(rule string) bool) *Engine {
	return &Engine{report: e.report, now: e.now, chosen: chosen}
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
	verdict, err := decode(fields)
	if e.chosen != nil {
		verdict.keep(e.chosen)
	}
	return verdict, err
}
