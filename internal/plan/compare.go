package plan

import "github.com/open-policy-agent/opa/v1/ast"

// when makes a step that is undefined unless a condition holds.
func when(holds func(slots []*ast.Term) bool) step {
	return func(_ *state, slots []*ast.Term) int {
		if holds(slots) {
			return next
		}
		return 0
	}
}

func equals(a, b term) step {
	return when(func(slots []*ast.Term) bool { return equal(a.in(slots), b.in(slots)) })
}

// differs is mostly asked of false: an expression holds if its value is not false.
func differs(a, b term) step {
	if b.constant != nil && b.constant.Value == ast.Value(ast.Boolean(false)) {
		return when(func(slots []*ast.Term) bool {
			value := a.in(slots)
			return value == nil || value.Value != ast.Value(ast.Boolean(false))
		})
	}
	return when(func(slots []*ast.Term) bool { return !equal(a.in(slots), b.in(slots)) })
}

// isA asks for the type of a value.
func isA[T ast.Value](source term) step {
	return when(func(slots []*ast.Term) bool {
		value := source.in(slots)
		if value == nil {
			return false
		}
		_, ok := value.Value.(T)
		return ok
	})
}

func isDefined(source term) step {
	return when(func(slots []*ast.Term) bool { return source.in(slots) != nil })
}

func isUndefined(source term) step {
	return when(func(slots []*ast.Term) bool { return source.in(slots) == nil })
}
