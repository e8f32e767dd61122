package check

import (
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

// Cut returns a copy of an object with only the fields that rules read, or false if they read no object of its kind.
func (i Inventory) Cut(object map[string]any) (map[string]any, bool) {
	wanted, ok := i[text(object, "kind")]
	if !ok {
		return nil, false
	}
	return wanted.ofMap(object), true
}

// of keeps the type of a value that has none of the fields, so that rules find an empty map or list, as they would find
// a full one.
func (f fields) of(value any) any {
	if f == nil {
		return value
	}
	switch value := value.(type) {
	case map[string]any:
		return f.ofMap(value)
	case []any:
		return f.ofList(value)
	}
	return value
}

func (f fields) ofMap(value map[string]any) map[string]any {
	kept := map[string]any{}
	for key, wanted := range f {
		if item, ok := value[key]; ok {
			kept[key] = wanted.of(item)
		}
	}
	return kept
}

func (f fields) ofList(value []any) []any {
	wanted, ok := f["*"]
	if !ok {
		return []any{}
	}
	kept := make([]any, len(value))
	for i, item := range value {
		kept[i] = wanted.of(item)
	}
	return kept
}
