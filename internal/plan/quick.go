package plan

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// quickCall makes a step of a builtin that policies call very often, without what topdown prepares for every builtin. It
// is nil for all others. OPA's cases judge each one.
func quickCall(name string, operands []term, target int) step {
	if two, ok := predicates()[name]; ok && len(operands) == 2 {
		return quickTwo(operands[0], operands[1], target, two)
	}
	if one, ok := questions()[name]; ok && len(operands) == 1 {
		return quickOne(operands[0], target, one)
	}
	if name == "object.get" && len(operands) == 3 {
		return objectGet(operands[0], operands[1], operands[2], target)
	}
	return nil
}

// predicates are builtins of two values. They say whether the arguments have the right types.
func predicates() map[string]func(a, b *ast.Term) (holds, ok bool) {
	return map[string]func(a, b *ast.Term) (bool, bool){
		"equal":             func(a, b *ast.Term) (bool, bool) { return equal(a, b), true },
		"neq":               func(a, b *ast.Term) (bool, bool) { return !equal(a, b), true },
		"gt":                func(a, b *ast.Term) (bool, bool) { return ast.Compare(a.Value, b.Value) > 0, true },
		"gte":               func(a, b *ast.Term) (bool, bool) { return ast.Compare(a.Value, b.Value) >= 0, true },
		"lt":                func(a, b *ast.Term) (bool, bool) { return ast.Compare(a.Value, b.Value) < 0, true },
		"lte":               func(a, b *ast.Term) (bool, bool) { return ast.Compare(a.Value, b.Value) <= 0, true },
		"internal.member_2": member,
		"startswith":        ofStrings(strings.HasPrefix),
		"endswith":          ofStrings(strings.HasSuffix),
		"contains":          ofStrings(strings.Contains),
	}
}

func ofStrings(holds func(a, b string) bool) func(a, b *ast.Term) (bool, bool) {
	return func(a, b *ast.Term) (bool, bool) {
		text, isText := a.Value.(ast.String)
		part, isTextToo := b.Value.(ast.String)
		if !isText || !isTextToo {
			return false, false
		}
		return holds(string(text), string(part)), true
	}
}

// member tells whether a collection has a value.
func member(one, in *ast.Term) (bool, bool) {
	switch in := in.Value.(type) {
	case ast.Set:
		return in.Contains(one), true
	case *ast.Array:
		for i := range in.Len() {
			if equal(in.Elem(i), one) {
				return true, true
			}
		}
	case ast.Object:
		return in.Until(func(_, value *ast.Term) bool { return equal(value, one) }), true
	}
	return false, true
}

// questions are builtins of one value. The result is nil if the argument has the wrong type.
func questions() map[string]func(*ast.Term) *ast.Term {
	return map[string]func(*ast.Term) *ast.Term{
		"is_string": ofType[ast.String],
		"is_object": ofType[ast.Object],
		"is_array":  ofType[*ast.Array],
		"is_number": ofType[ast.Number],
		"count": func(a *ast.Term) *ast.Term {
			n, ok := length(a.Value)
			if !ok {
				return nil
			}
			return ast.InternedTerm(n)
		},
	}
}

func ofType[T ast.Value](a *ast.Term) *ast.Term {
	_, ok := a.Value.(T)
	return ast.InternedTerm(ok)
}

func quickTwo(a, b term, target int, do func(a, b *ast.Term) (bool, bool)) step {
	return func(_ *state, slots []*ast.Term) int {
		x, y := a.in(slots), b.in(slots)
		if x == nil || y == nil {
			return 0
		}
		holds, ok := do(x, y)
		if !ok {
			return 0
		}
		slots[target] = ast.InternedTerm(holds)
		return next
	}
}

func quickOne(a term, target int, do func(*ast.Term) *ast.Term) step {
	return func(_ *state, slots []*ast.Term) int {
		x := a.in(slots)
		if x == nil {
			return 0
		}
		if slots[target] = do(x); slots[target] == nil {
			return 0
		}
		return next
	}
}

// objectGet looks up a key, or a path of keys, and gives the third value if there is none.
func objectGet(from, key, other term, target int) step {
	return func(_ *state, slots []*ast.Term) int {
		object, at, fallback := from.in(slots), key.in(slots), other.in(slots)
		if object == nil || at == nil || fallback == nil {
			return 0
		}
		if _, ok := object.Value.(ast.Object); !ok {
			return 0
		}
		found := object
		if path, ok := at.Value.(*ast.Array); ok {
			for i := 0; found != nil && i < path.Len(); i++ {
				found = look(found, path.Elem(i))
			}
		} else {
			found = look(object, at)
		}
		if slots[target] = found; found == nil {
			slots[target] = fallback
		}
		return next
	}
}
