package check

import (
	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/manifest"
)

// Inventory is what rules read of objects other than the one they judge: the fields of each kind, as their METADATA
// names them.
type Inventory map[string]fields

// fields is a tree of the fields to keep. A field without children is kept with everything in it. The key "*" stands for
// every item of a list.
type fields map[string]fields

// identity is kept of every object, because messages name the object.
var identity = []string{"apiVersion", "kind", "metadata.name", "metadata.namespace"}

// NewInventory returns the inventory of some rules.
func NewInventory(rules []catalog.Rule) Inventory {
	inventory := Inventory{}
	for _, rule := range rules {
		for _, synced := range rule.Inventory {
			for _, kind := range synced.Kinds {
				inventory.add(kind, synced.Fields)
			}
		}
	}
	return inventory
}

func (i Inventory) add(kind string, paths []string) {
	if i[kind] == nil {
		i[kind] = fields{}
		i.add(kind, identity)
	}
	for _, path := range paths {
		i[kind].add(manifest.Steps(path))
	}
}

func (f fields) add(steps []string) {
	if len(steps) == 0 {
		return
	}
	child, known := f[steps[0]]
	switch {
	case len(steps) == 1:
		f[steps[0]] = nil // the whole field, whatever was asked of it before
	case known && child == nil: // the whole field is kept already
	default:
		if child == nil {
			child = fields{}
			f[steps[0]] = child
		}
		child.add(steps[1:])
	}
}

// Cut returns a copy of an object of a kind with only the fields that rules read, or false if they read no object of the
// kind.
func (i Inventory) Cut(kind string, object ast.Object) (ast.Value, bool) {
	wanted, ok := i[kind]
	if !ok {
		return nil, false
	}
	return wanted.ofObject(object), true
}

// of keeps the type of a value that has none of the fields, so that rules find an empty map or list, as they would find
// a full one.
func (f fields) of(value *ast.Term) *ast.Term {
	if f == nil {
		return value
	}
	switch inner := value.Value.(type) {
	case ast.Object:
		return ast.NewTerm(f.ofObject(inner))
	case *ast.Array:
		return ast.NewTerm(f.ofArray(inner))
	}
	return value
}

func (f fields) ofObject(object ast.Object) ast.Object {
	kept := ast.NewObject()
	for key, wanted := range f {
		name := ast.InternedTerm(key)
		if value := object.Get(name); value != nil {
			kept.Insert(name, wanted.of(value))
		}
	}
	return kept
}

func (f fields) ofArray(array *ast.Array) *ast.Array {
	wanted, ok := f["*"]
	if !ok {
		return ast.NewArray()
	}
	kept := make([]*ast.Term, array.Len())
	for i := range kept {
		kept[i] = wanted.of(array.Elem(i))
	}
	return ast.NewArray(kept...)
}
