package plan

import (
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
)

var (
	errCancelled = errors.New("the evaluation was cancelled")
	errDeep      = errors.New("the plan calls functions inside one another without end")
)

// invoke calls a routine with the operands and leaves the result in s.result, nil if it is undefined. It returns false if
// the evaluation failed.
func (s *state) invoke(to *routine, slots []*ast.Term, operands []term) bool {
	if to.params == 2 {
		return s.invokeOnce(to, slots, operands)
	}
	if to.keep != keepNothing {
		if key, ok := keyOf(to, slots, operands); ok {
			return s.invokeKept(to, key, slots, operands)
		}
	}
	return s.enter(to, slots, operands)
}

// invokeOnce calls a routine without arguments unless its result is known.
func (s *state) invokeOnce(to *routine, slots []*ast.Term, operands []term) bool {
	memo := s.memo
	if to.keep == keepAlways {
		memo = s.constants
	}
	switch known := memo[to.index]; known {
	case nil:
	case undefined:
		s.result = nil
		return true
	default:
		s.result = known
		return true
	}
	if !s.enter(to, slots, operands) {
		return false
	}
	memo[to.index] = s.result
	if s.result == nil {
		memo[to.index] = undefined
	}
	return true
}

// keyOf gives the arguments of a call if all are strings. input and data are not among them.
func keyOf(to *routine, slots []*ast.Term, operands []term) (call, bool) {
	key := call{index: to.index}
	for i, part := range []*string{&key.a, &key.b}[:len(operands)-2] {
		argument := operands[i+2].in(slots)
		if argument == nil {
			return key, false
		}
		text, ok := argument.Value.(ast.String)
		if !ok {
			return key, false
		}
		*part = string(text)
	}
	return key, true
}

// invokeKept calls a routine of strings unless its result for them is known.
func (s *state) invokeKept(to *routine, key call, slots []*ast.Term, operands []term) bool {
	kept := s.kept
	if to.keep == keepAlways && len(key.a) <= maxKeptText {
		kept = s.always
	}
	if known, ok := kept[key]; ok {
		s.result = known
		return true
	}
	if !s.enter(to, slots, operands) {
		return false
	}
	if len(kept) >= maxKept {
		clear(kept)
	}
	kept[key] = s.result
	return true
}

// enter runs a routine in a frame of its own.
func (s *state) enter(to *routine, slots []*ast.Term, operands []term) bool {
	if s.depth++; s.depth > maxDepth || s.stopped() {
		s.err = errDeep
		if s.depth <= maxDepth {
			s.err = errCancelled
		}
		return false
	}
	s.work++
	stack, used := s.stack, s.used
	inner := s.frame(to.slots)
	for i, one := range operands {
		inner[i] = one.in(slots)
	}
	s.result = nil
	signal := to.run(s, inner)
	s.stack, s.used = stack, used
	s.depth--
	if signal != leave {
		s.result = nil
	}
	return signal != failed
}

// invocation makes a step of a call.
func invocation(to *routine, operands []term, target int) step {
	return func(s *state, slots []*ast.Term) int {
		if !s.invoke(to, slots, operands) {
			return failed
		}
		if slots[target] = s.result; s.result == nil {
			return 0
		}
		return next
	}
}

// dynamicUndefined is how many more blocks a call leaves that found a function without a result. The planner puts such a
// call into blocks which look at stored data if there is no function, and which end where the result is used.
const dynamicUndefined = 3

// dynamicInvocation makes a step of a call by path. The first element of a path is not in data: the planner calls it g0.
func dynamicInvocation(tree folder, path, operands []term, target int) step {
	return func(s *state, slots []*ast.Term) int {
		to := find(tree, path, len(operands), slots)
		switch {
		case to == nil:
			return 0
		case !s.invoke(to, slots, operands):
			return failed
		case s.result == nil:
			return dynamicUndefined
		}
		slots[target] = s.result
		return next
	}
}

// find gives the routine at a path that takes so many arguments, or nil.
func find(tree folder, path []term, arguments int, slots []*ast.Term) *routine {
	at := node{inner: tree}
	for _, part := range path {
		key := part.in(slots)
		if key == nil {
			return nil
		}
		name, ok := key.Value.(ast.String)
		if !ok {
			return nil
		}
		at = at.inner[string(name)]
	}
	if at.leaf == nil || at.leaf.params != arguments {
		return nil
	}
	return at.leaf
}
