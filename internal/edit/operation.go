package edit

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
)

// edit returns the cuts for one operation on an object.
func (p *page) edit(edit Edit, operation finding.Operation) ([]cut, error) {
	if edit.Root >= len(p.roots) {
		return nil, refuse("the document has no value %d", edit.Root)
	}
	keys := slices.Concat(edit.Path, keysOf(operation.Path))
	root := p.roots[edit.Root]
	switch operation.Op {
	case "add", "replace":
		return p.set(root, keys, operation)
	case "remove":
		at, name, err := p.walkTo(root, keys)
		if err != nil {
			return nil, err
		}
		return p.remove(at, name)
	case "move":
		at, name, err := p.walkTo(root, slices.Concat(edit.Path, keysOf(operation.From)))
		if err != nil {
			return nil, err
		}
		return p.rename(at, name, keys[len(keys)-1])
	}
	return nil, refuse("the operation %q is unknown", operation.Op)
}

// set adds or replaces a field. The operations of fixes add only below parents that exist. A field of a merge key gets a
// key of its own.
func (p *page) set(root *yaml.Node, keys []string, operation finding.Operation) ([]cut, error) {
	at, name, err := p.walk(root, keys)
	if err != nil {
		return nil, err
	}
	key, value := manifest.Lookup(at.node, name)
	if at.node.Kind == yaml.SequenceNode && operation.Op == "add" || value == nil || !holds(at.node, value) {
		return p.add(at, name, operation.Value)
	}
	if anyNode(value, p.named) {
		return nil, refuse("an alias elsewhere names something in %s", name)
	}
	return p.replace(spot{value, key, p.indent(at.node, at.outer), p.isFlow(at.node)}, operation.Value)
}
