package manifest

import (
	"bytes"

	"github.com/open-policy-agent/opa/v1/ast"
	"go.yaml.in/yaml/v3"
)

const (
	// An alias is written out here as often as a document of people needs it.
	// The other reader counts how much aliases expand.
	maxAliased = 100
	maxMerging = 50
)

// fast reads the value of the document from the nodes that also give its
// positions. It returns false, and leaves no value, for JSON, for errors, and
// for everything that kubectl's parser reads in another way than the parser of
// the nodes.
func (s *source) fast() bool {
	if s.checkText() != nil || isJSONStart(s.Raw) || hasBareTag(s.Raw) || hasTabIndent(s.Raw) {
		return false
	}
	s.text = withoutVersion(s.Raw)
	if bytes.IndexByte(s.text, '&') >= 0 && bytes.IndexByte(s.text, '*') >= 0 && s.checkAliases() != nil {
		return false
	}
	roots, err := s.tree()
	if err != nil || len(roots) > 1 {
		return false
	}
	if len(roots) == 0 {
		s.value = ast.InternedNullTerm
		return true
	}
	c := &converter{}
	value, sure := c.value(roots[0], 0)
	for _, key := range c.again {
		s.again = append(s.again, Again{Key: key.Value, Line: s.Line + max(s.lineOf(key), 1) - 1})
	}
	if sure {
		s.value = value
	}
	return sure
}

func isJSONStart(text []byte) bool {
	head := bytes.TrimLeft(text, " \t\r\n")
	return len(head) > 0 && (head[0] == '{' || head[0] == '[')
}

// hasBareTag tells whether a text may have the tag `!`, which makes text of a
// plain scalar and leaves no trace in a node.
func hasBareTag(text []byte) bool {
	for i, char := range text {
		if char == '!' && (i+1 == len(text) || text[i+1] >= 0x80 || bytes.IndexByte([]byte(" \t\r\n,[]{}"), text[i+1]) >= 0) {
			return true
		}
	}
	return false
}

// hasTabIndent tells whether a line begins with blanks that hold a tab. Some of
// these lines are an error to kubectl alone.
func hasTabIndent(text []byte) bool {
	if bytes.IndexByte(text, '\t') < 0 {
		return false
	}
	for line := range bytes.Lines(bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))) {
		blanks := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]
		if bytes.IndexByte(blanks, '\t') >= 0 {
			return true
		}
	}
	return false
}

// converter makes values of nodes. Its methods return false for what is not
// sure.
type converter struct {
	aliased  int          // nodes that aliases brought
	aliasing int          // aliases that are open
	again    []*yaml.Node // keys that their map has already
}

func (c *converter) value(n *yaml.Node, depth int) (*ast.Term, bool) {
	if depth > MaxDepth || n.Style&yaml.TaggedStyle != 0 {
		return nil, false
	}
	if c.aliasing > 0 {
		if c.aliased++; c.aliased > maxAliased {
			return nil, false
		}
	}
	switch n.Kind {
	case yaml.AliasNode:
		c.aliasing++
		value, ok := c.value(n.Alias, depth)
		c.aliasing--
		return value, ok
	case yaml.SequenceNode:
		items := make([]*ast.Term, len(n.Content))
		for i, child := range n.Content {
			item, ok := c.value(child, depth+1)
			if !ok {
				return nil, false
			}
			items[i] = item
		}
		return ast.ArrayTerm(items...), true
	case yaml.MappingNode:
		object := ast.NewObjectWithCapacity(len(n.Content) / 2)
		return ast.NewTerm(object), c.fill(object, n, depth)
	case yaml.ScalarNode:
		return scalarTerm(n)
	}
	return nil, false
}

// fill adds the entries of a map in their order. The last one of a key wins.
func (c *converter) fill(object ast.Object, n *yaml.Node, depth int) bool {
	merged := c.aliasing > 0 || object.Len() > 0 // such a map may override what it has from others
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, child := n.Content[i], n.Content[i+1]
		if key.Kind == yaml.ScalarNode && key.Value == "<<" && isPlain(key) {
			if !c.merge(object, child, depth) {
				return false
			}
			merged = true
			continue
		}
		name, ok := keyTerm(key)
		if !ok {
			return false
		}
		value, ok := c.value(child, depth+1)
		if !ok {
			return false
		}
		had := object.Len()
		object.Insert(name, value)
		if !merged && object.Len() == had {
			c.again = append(c.again, key)
		}
	}
	return true
}

// merge adds the entries of the maps that a merge key names. Of several maps
// the first one wins.
func (c *converter) merge(object ast.Object, n *yaml.Node, depth int) bool {
	if depth > maxMerging || n.Style&yaml.TaggedStyle != 0 {
		return false
	}
	from := resolve(n)
	switch {
	case from.Kind == yaml.MappingNode && from.Style&yaml.TaggedStyle == 0:
		return c.fill(object, from, depth+1)
	case n.Kind != yaml.SequenceNode:
		return false
	}
	for i := len(n.Content) - 1; i >= 0; i-- {
		from := resolve(n.Content[i])
		if from.Kind != yaml.MappingNode || (from.Style|n.Content[i].Style)&yaml.TaggedStyle != 0 || !c.fill(object, from, depth+1) {
			return false
		}
	}
	return true
}

// keyTerm returns a key. Floats, null and very large numbers are not sure.
func keyTerm(n *yaml.Node) (*ast.Term, bool) {
	n = resolve(n)
	if n.Kind != yaml.ScalarNode || n.Style&yaml.TaggedStyle != 0 {
		return nil, false
	}
	if isPlain(n) {
		switch plainValue(n.Value).(type) {
		case string, bool, int64:
		default:
			return nil, false
		}
	}
	return ast.InternedTerm(keyText(n)), true
}
