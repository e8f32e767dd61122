package plan

import (
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/topdown"
)

// builtinCall makes a step that calls one of topdown's builtin functions. An argument without a value, and an error of the
// builtin, make it undefined. An error that halts the evaluation fails it.
func builtinCall(name string, operands []term, target int) step {
	function := topdown.GetBuiltin(name)
	declared := ast.BuiltinMap[name]
	switch {
	case declared != nil && declared.Decl.Result() == nil:
		return effectCall(function, operands)
	case declared != nil && declared.Relation:
		return relationCall(function, operands, target)
	}
	return func(s *state, slots []*ast.Term) int {
		values, ok := s.arguments(operands, slots)
		if !ok {
			return 0
		}
		s.out = nil
		err := function(s.builtin, values, s.take)
		if signal := s.outcome(err); signal != next {
			return signal
		}
		if slots[target] = s.out; s.out == nil {
			return 0
		}
		return next
	}
}

// effectCall calls a builtin without a result, such as print.
func effectCall(function topdown.BuiltinFunc, operands []term) step {
	return func(s *state, slots []*ast.Term) int {
		values, ok := s.arguments(operands, slots)
		if !ok {
			return 0
		}
		return s.outcome(function(s.builtin, values, func(*ast.Term) error { return nil }))
	}
}

// relationCall calls a builtin that gives many results, such as walk. The planner scans an array of all.
func relationCall(function topdown.BuiltinFunc, operands []term, target int) step {
	return func(s *state, slots []*ast.Term) int {
		values, ok := s.arguments(operands, slots)
		if !ok {
			return 0
		}
		var all []*ast.Term
		err := function(s.builtin, values, func(one *ast.Term) error {
			all = append(all, one)
			return nil
		})
		if signal := s.outcome(err); signal != next {
			return signal
		}
		slots[target] = ast.ArrayTerm(all...)
		return next
	}
}

// arguments reads the operands of a builtin. They are valid until the next call.
func (s *state) arguments(operands []term, slots []*ast.Term) ([]*ast.Term, bool) {
	values := s.operands[:0]
	for _, one := range operands {
		value := one.in(slots)
		if value == nil {
			return nil, false
		}
		values = append(values, value)
	}
	return values, true
}

// outcome gives the signal for the error of a builtin.
func (s *state) outcome(err error) int {
	if err == nil {
		return next
	}
	if isHalt(err) || s.stopped() {
		s.err = err
		return failed
	}
	return 0
}

func isHalt(err error) bool {
	var halt topdown.Halt
	return errors.As(err, &halt)
}
