package plan

import "github.com/open-policy-agent/opa/v1/ast"

// term is an operand that is ready to be read: a constant, or a slot.
type term struct {
	constant *ast.Term
	slot     int
}

// in reads the operand. It is nil if the local is undefined.
func (t term) in(slots []*ast.Term) *ast.Term {
	if t.constant != nil {
		return t.constant
	}
	return slots[t.slot]
}

// equal tells whether two values are the same. An undefined value equals only itself.
func equal(a, b *ast.Term) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil {
		return false
	}
	if x, ok := a.Value.(ast.String); ok {
		y, ok := b.Value.(ast.String)
		return ok && x == y
	}
	return ast.Compare(a.Value, b.Value) == 0
}

// look gives the element of a value at a key, or nil.
func look(source, key *ast.Term) *ast.Term {
	if source == nil || key == nil {
		return nil
	}
	switch source := source.Value.(type) {
	case ast.Object:
		return source.Get(key)
	case *ast.Array:
		return source.Get(key)
	case ast.Set:
		if source.Contains(key) {
			return key
		}
	}
	return nil
}

// length counts the elements of a collection, or the characters of a string.
func length(value ast.Value) (int, bool) {
	switch value := value.(type) {
	case ast.Object:
		return value.Len(), true
	case *ast.Array:
		return value.Len(), true
	case ast.Set:
		return value.Len(), true
	case ast.String:
		n := 0
		for range string(value) {
			n++
		}
		return n, true
	}
	return 0, false
}

// merge gives an object with the keys of both, recursively. Of two values that are not both objects it gives the first.
func merge(a, b *ast.Term) *ast.Term {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	first, isObject := a.Value.(ast.Object)
	second, isObjectToo := b.Value.(ast.Object)
	if !isObject || !isObjectToo {
		return a
	}
	made := ast.NewObject()
	first.Foreach(func(key, value *ast.Term) {
		made.Insert(key, merge(value, second.Get(key)))
	})
	second.Foreach(func(key, value *ast.Term) {
		if first.Get(key) == nil {
			made.Insert(key, value)
		}
	})
	return ast.NewTerm(made)
}

// upsert gives a copy of a value with another one at a path. What is on the path and not an object is replaced.
func upsert(in *ast.Term, path []*ast.Term, value *ast.Term) *ast.Term {
	if len(path) == 0 {
		return value
	}
	made := ast.NewObject()
	var child *ast.Term
	if in != nil {
		if object, ok := in.Value.(ast.Object); ok {
			child = object.Get(path[0])
			object.Foreach(func(key, value *ast.Term) { made.Insert(key, value) })
		}
	}
	made.Insert(path[0], upsert(child, path[1:], value))
	return ast.NewTerm(made)
}
