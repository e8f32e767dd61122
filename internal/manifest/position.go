package manifest

import (
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Position returns the line and the column of a field in the file, both from 1:
// those of its key, or of the first character of a list item. The field is a
// path from the object's root as the API server writes it: names joined by
// dots, `[2]` for an item, `[kubernetes.io/os]` for a key of a map. "" is the
// object itself, which begins at its first key.
//
// For a field that does not exist it returns the place of the nearest field
// that encloses it. For a key that is written twice it returns the last one. For
// a key from an alias or a merge key it returns the place where the key is
// written. It is safe for concurrent use.
func (o origin) Position(field string) (line, column int) {
	if o.source == nil {
		return 1, 1
	}
	return o.source.locate(o.root, o.path, field)
}

// locate returns the position of a field of the object at a path in a top-level
// value, or the start of the document if the document cannot be parsed.
func (s *source) locate(root int, path []string, field string) (line, column int) {
	roots, err := s.tree()
	if err != nil || root >= len(roots) {
		return s.Line, 1
	}
	at, value := firstKey(roots[root]), roots[root]
	for _, name := range path {
		key, child := lookup(value, name)
		if child == nil {
			break
		}
		at, value = firstKey(child), child
		if child.Kind != yaml.MappingNode {
			at = key
		}
	}
	for _, name := range Steps(field) {
		key, child := lookup(value, name)
		if child == nil {
			break
		}
		at, value = key, child
	}
	return s.Line + max(s.lineOf(at), 1) - 1, max(at.Column, 1)
}

// firstKey returns the node whose place is the place of an object.
func firstKey(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.MappingNode && len(n.Content) > 0 {
		return n.Content[0]
	}
	return n
}

// lookup returns the node that marks a child, and the child, or nil.
func lookup(n *yaml.Node, text string) (at, child *yaml.Node) {
	n = resolve(n)
	switch n.Kind {
	case yaml.SequenceNode:
		i, err := strconv.Atoi(text)
		if err == nil && i >= 0 && i < len(n.Content) {
			return n.Content[i], n.Content[i]
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			key, value := n.Content[i], n.Content[i+1]
			if IsMerge(key) {
				// In kubectl a merge replaces the keys that precede it.
				if k, v := lookupMerged(value, text); v != nil {
					at, child = k, v
				}
			} else if IsKey(key, text) {
				at, child = key, value
			}
		}
	}
	return at, child
}

// lookupMerged looks in the maps that a merge key names; the first one wins.
func lookupMerged(n *yaml.Node, text string) (at, child *yaml.Node) {
	n = resolve(n)
	if n.Kind != yaml.SequenceNode {
		return lookup(n, text)
	}
	for _, item := range n.Content {
		if resolve(item).Kind != yaml.MappingNode {
			continue
		}
		if at, child = lookup(item, text); child != nil {
			return at, child
		}
	}
	return nil, nil
}

// IsMerge tells whether a key is the merge key `<<`.
func IsMerge(key *yaml.Node) bool {
	return key.Kind == yaml.ScalarNode && key.Value == "<<" && key.ShortTag() == "!!merge"
}

// IsKey tells whether a node of a key is a name to kubectl. The key `on` is
// the name "true".
func IsKey(key *yaml.Node, name string) bool {
	if IsMerge(key) {
		return false
	}
	written := resolve(key)
	return written.Value == name || keyText(written) == name
}

func resolve(n *yaml.Node) *yaml.Node {
	for n.Kind == yaml.AliasNode && n.Alias != nil {
		n = n.Alias
	}
	return n
}

// Steps splits a path of the form that Position takes into names, keys and
// indexes. A bracket closes only at the end of the path or before another
// step, because a key can contain brackets.
func Steps(field string) []string {
	var steps []string
	for field != "" {
		switch field[0] {
		case '.':
			field = field[1:]
		case '[':
			end := bracketEnd(field)
			steps = append(steps, field[1:end])
			field = strings.TrimPrefix(field[end:], "]")
		default:
			end := strings.IndexAny(field, ".[")
			if end < 0 {
				end = len(field)
			}
			steps = append(steps, field[:end])
			field = field[end:]
		}
	}
	return steps
}

func bracketEnd(field string) int {
	for i := 1; i < len(field); i++ {
		if field[i] == ']' && (i+1 == len(field) || field[i+1] == '.' || field[i+1] == '[') {
			return i
		}
	}
	return len(field)
}
