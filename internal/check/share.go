package check

import "github.com/open-policy-agent/opa/v1/ast"

// maxShared limits the values that are looked for.
const maxShared = 1 << 14

// sharing keeps one copy of equal values. Workloads differ in names and labels, and are alike in most of what rules read
// of them.
type sharing map[string]*ast.Term

// of returns a value in which every map and list that was seen before is the one that was seen.
func (s sharing) of(value *ast.Term) *ast.Term {
	switch inner := value.Value.(type) {
	case ast.Object:
		made := ast.NewObjectWithCapacity(inner.Len())
		inner.Foreach(func(key, item *ast.Term) { made.Insert(s.of(key), s.of(item)) })
		value = ast.NewTerm(made)
	case *ast.Array:
		made := make([]*ast.Term, inner.Len())
		for i := range made {
			made[i] = s.of(inner.Elem(i))
		}
		value = ast.ArrayTerm(made...)
	}
	text := value.String()
	if known, ok := s[text]; ok {
		return known
	}
	if len(s) < maxShared {
		s[text] = value
	}
	return value
}
