package edit

import (
	"slices"

	"go.yaml.in/yaml/v3"

	"winpolicy/internal/manifest"
)

// spot is a collection on the way to a field.
type spot struct {
	node   *yaml.Node // the collection
	key    *yaml.Node // the key that has it as its value; the item itself in a list; nil for a top-level value
	outer  int        // the indentation of the collection that holds it
	inFlow bool       // whether that one is in brackets
}

// walkTo returns the collection that holds the last of some keys, and this key, for a field that goes or gets another name.
func (p *page) walkTo(root *yaml.Node, keys []string) (spot, string, error) {
	at, name, err := p.walk(root, keys)
	if err != nil {
		return at, name, err
	}
	_, value := manifest.Lookup(at.node, name)
	switch {
	case value == nil:
		err = refuse("%s is not there", name)
	case !holds(at.node, value):
		err = refuse("%s comes from a merge key", name)
	case anyNode(value, p.named):
		err = refuse("an alias elsewhere names something in %s", name)
	}
	return at, name, err
}

// walk returns the collection in which the last of some keys is or will be, and this key. It refuses a way that other parts
// of the document share.
func (p *page) walk(root *yaml.Node, keys []string) (spot, string, error) {
	if len(keys) == 0 {
		return spot{}, "", refuse("the whole object is to change")
	}
	at := spot{node: root, outer: -1}
	for _, key := range keys[:len(keys)-1] {
		if err := p.checkNode(at.node); err != nil {
			return at, "", err
		}
		mark, child := manifest.Lookup(at.node, key)
		if child == nil {
			return at, "", refuse("%s is not there", key)
		}
		if !holds(at.node, child) {
			return at, "", refuse("%s comes from a merge key", key)
		}
		at = spot{node: child, key: mark, outer: p.indent(at.node, at.outer), inFlow: p.isFlow(at.node)}
	}
	return at, keys[len(keys)-1], p.checkNode(at.node)
}

// checkNode refuses a collection whose change would change more than one place, or whose keys this package cannot find.
func (p *page) checkNode(n *yaml.Node) error {
	switch {
	case n.Kind == yaml.AliasNode:
		return refuse("the field comes from the alias *%s; edit what the anchor &%s names", n.Value, n.Value)
	case p.named[n]:
		return refuse("aliases share what the anchor &%s names; edit it there", n.Anchor)
	}
	for i := 0; n.Kind == yaml.MappingNode && !p.json && i < len(n.Content); i += 2 {
		at := p.start(n.Content[i])
		for at > 0 && (p.text[at-1] == ' ' || p.text[at-1] == '\t') {
			at--
		}
		if at > 0 && p.text[at-1] == '?' {
			return refuse("a key begins with `?`")
		}
	}
	return nil
}

// anyNode tells whether a node or one in it is in a set.
func anyNode(n *yaml.Node, set map[*yaml.Node]bool) bool {
	return set[n] || slices.ContainsFunc(n.Content, func(child *yaml.Node) bool { return anyNode(child, set) })
}

// holds tells whether a child is written in a collection, and not in one that a merge key names.
func holds(n, child *yaml.Node) bool {
	return slices.Contains(n.Content, child)
}
