package plan

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
	"github.com/open-policy-agent/opa/v1/topdown/builtins"
)

// Eval evaluates the plan with input, which may be nil, and data, an object. It gives the bindings of each result, as
// objects by the names of the query's variables. now is the time that builtins see. An error is a conflict of rules, an
// error that halts a builtin, or the end of the context.
func (p *Plan) Eval(ctx context.Context, input, data *ast.Term, now time.Time) ([]*ast.Term, error) {
	results, _, err := p.evaluate(ctx, input, data, now)
	return results, err
}

// Work evaluates the plan, and counts the functions that are entered and the elements that are scanned. Unlike time, the
// number is the same on every machine.
func (p *Plan) Work(ctx context.Context, input, data *ast.Term, now time.Time) (int, error) {
	_, work, err := p.evaluate(ctx, input, data, now)
	return work, err
}

func (p *Plan) evaluate(ctx context.Context, input, data *ast.Term, now time.Time) (results []*ast.Term, work int, err error) {
	s, ok := p.states.Get().(*state)
	if !ok {
		s = p.newState()
	}
	defer func() {
		if fault := recover(); fault != nil { // the state is not used again
			results, err = nil, fmt.Errorf("internal error: %v", fault)
		}
	}()
	release := s.begin(ctx, now)
	defer release()
	main := p.routines[len(p.routines)-1]
	slots := s.frame(main.slots)
	slots[0], slots[1] = input, data
	switch {
	case main.run(s, slots) != failed:
		results = append(results, s.results...)
	case ctx.Err() != nil:
		err = context.Cause(ctx)
	default:
		err = s.err
	}
	work = s.work
	s.end()
	p.states.Put(s)
	return results, work, err
}

func (p *Plan) newState() *state {
	s := &state{
		stack: make([]*ast.Term, pageSize), memo: make([]*ast.Term, len(p.routines)), constants: make([]*ast.Term, len(p.routines)),
		kept: map[call]*ast.Term{}, always: map[call]*ast.Term{},
	}
	s.take = func(result *ast.Term) error {
		s.out = result
		return nil
	}
	return s
}

// begin prepares an evaluation. The function that it gives ends the watch over the context.
func (s *state) begin(ctx context.Context, now time.Time) func() {
	s.builtin = topdown.BuiltinContext{
		Context: ctx, Time: ast.NumberTerm(json.Number(strconv.FormatInt(now.UnixNano(), 10))),
		Cache: builtins.Cache{}, Seed: rand.Reader,
	}
	if ctx.Done() == nil {
		return func() {}
	}
	s.cancel = topdown.NewCancel()
	s.builtin.Cancel = s.cancel
	stop := context.AfterFunc(ctx, s.cancel.Cancel)
	return func() { stop() }
}

// end forgets everything about one evaluation.
func (s *state) end() {
	clear(s.stack)
	clear(s.memo)
	clear(s.kept)
	clear(s.operands[:])
	clear(s.results)
	s.used, s.depth, s.work, s.result, s.out, s.results = 0, 0, 0, nil, nil, s.results[:0]
	s.builtin, s.cancel = topdown.BuiltinContext{}, nil
}
