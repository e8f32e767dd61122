package plan

import (
	"errors"

	"github.com/open-policy-agent/opa/v1/ast"
)

func assign(source term, target int) step {
	return func(_ *state, slots []*ast.Term) int {
		slots[target] = source.in(slots)
		return next
	}
}

// assignOnce fails if the slot has another value.
func assignOnce(source term, target int, conflict string) step {
	err := errors.New("eval_conflict_error: " + conflict)
	return func(s *state, slots []*ast.Term) int {
		value := source.in(slots)
		if slots[target] != nil && !equal(slots[target], value) {
			s.err = err
			return failed
		}
		slots[target] = value
		return next
	}
}

func reset(target int) step {
	return func(_ *state, slots []*ast.Term) int {
		slots[target] = nil
		return next
	}
}

// dot looks up a key.
func dot(source, key term, target int) step {
	return func(_ *state, slots []*ast.Term) int {
		if slots[target] = look(source.in(slots), key.in(slots)); slots[target] == nil {
			return 0
		}
		return next
	}
}

// lengthOf is undefined for what has no length.
func lengthOf(source term, target int) step {
	return func(_ *state, slots []*ast.Term) int {
		from := source.in(slots)
		if from == nil {
			return 0
		}
		n, ok := length(from.Value)
		if !ok {
			return 0
		}
		slots[target] = ast.InternedTerm(n)
		return next
	}
}

// array makes an array. It is undefined if a value is.
func array(values []term, target int) step {
	return func(_ *state, slots []*ast.Term) int {
		all := make([]*ast.Term, len(values))
		for i, value := range values {
			if all[i] = value.in(slots); all[i] == nil {
				return 0
			}
		}
		slots[target] = ast.ArrayTerm(all...)
		return next
	}
}

func makeObject(target int) step {
	return func(_ *state, slots []*ast.Term) int {
		slots[target] = ast.NewTerm(ast.NewObject())
		return next
	}
}

func makeSet(target int) step {
	return func(_ *state, slots []*ast.Term) int {
		slots[target] = ast.NewTerm(ast.NewSet())
		return next
	}
}

// change makes a step that changes the collection in a slot. It is undefined if the slot has none, or an operand has no
// value.
func change[T ast.Value](target int, operands []term, do func(s *state, collection T, values []*ast.Term) int) step {
	return func(s *state, slots []*ast.Term) int {
		if slots[target] == nil {
			return 0
		}
		collection, ok := slots[target].Value.(T)
		if !ok {
			return 0
		}
		var values [2]*ast.Term
		for i, one := range operands {
			if values[i] = one.in(slots); values[i] == nil {
				return 0
			}
		}
		return do(s, collection, values[:len(operands)])
	}
}

func insert(target int, operands []term) step {
	return change(target, operands, func(_ *state, object ast.Object, values []*ast.Term) int {
		object.Insert(values[0], values[1])
		return next
	})
}

// insertOnce fails if the key has another value.
func insertOnce(target int, operands []term) step {
	err := errors.New("eval_conflict_error: object keys must be unique")
	return change(target, operands, func(s *state, object ast.Object, values []*ast.Term) int {
		if old := object.Get(values[0]); old != nil && !equal(old, values[1]) {
			s.err = err
			return failed
		}
		object.Insert(values[0], values[1])
		return next
	})
}

func add(target int, operands []term) step {
	return change(target, operands, func(_ *state, set ast.Set, values []*ast.Term) int {
		set.Add(values[0])
		return next
	})
}

// push appends to an array. The slot gets a new array, which shares the elements.
func push(target int, value term) step {
	return func(_ *state, slots []*ast.Term) int {
		array, one := slots[target], value.in(slots)
		if array == nil || one == nil {
			return 0
		}
		list, ok := array.Value.(*ast.Array)
		if !ok {
			return 0
		}
		slots[target] = ast.NewTerm(list.Append(one))
		return next
	}
}

func mergeOf(a, b term, target int) step {
	return func(_ *state, slots []*ast.Term) int {
		slots[target] = merge(a.in(slots), b.in(slots))
		return next
	}
}
