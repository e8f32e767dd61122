package manifest

import (
	"github.com/open-policy-agent/opa/v1/ast"
	"go.yaml.in/yaml/v3"
)

// Tree is a document as kubectl reads it, with the nodes of its text. It is for those who edit the text.
type Tree struct {
	Values []any        // the top-level values, as encoding/json decodes them with UseNumber
	Roots  []*yaml.Node // the nodes of these values; those of JSON have no tag and no anchor
	JSON   bool         // whether the text is JSON

	// OddBreaks tells whether the text has line breaks of YAML 1.1 that
	// editors do not count. Lines of nodes then are not lines of the text.
	OddBreaks bool
}

// Tree reads the document. The error is an *Error. As Inputs does, it takes the
// values from the nodes unless kubectl may read them in another way.
func (d Document) Tree() (*Tree, error) {
	s := &source{Document: d}
	s.fast()
	return s.document()
}

// Tree returns what Tree of the object's document returns. It does not parse
// the text again if the nodes gave the object its values.
func (i Input) Tree() (*Tree, error) { return i.source.document() }

// document returns the values and the nodes of fast, or those of slowTree.
func (s *source) document() (*Tree, error) {
	if s.value != nil {
		if plain, err := ast.JSON(s.value.Value); err == nil {
			return &Tree{Values: []any{plain}, Roots: s.roots, OddBreaks: hasOddBreaks(s.Raw)}, nil
		}
	}
	return s.Document.slowTree()
}

// slowTree reads the document as kubectl does.
func (d Document) slowTree() (*Tree, error) {
	s := &source{Document: d}
	values, fault := s.decode()
	if fault != nil {
		return nil, fault
	}
	roots, err := s.tree()
	if err != nil {
		return nil, s.errorAt(1, err)
	}
	return &Tree{Values: values, Roots: roots, JSON: s.isJSON, OddBreaks: !s.isJSON && hasOddBreaks(d.Raw)}, nil
}

// Place returns the index of the object's top-level value in its document, and
// the keys and indexes from there to the object.
func (o origin) Place() (root int, path []string) { return o.root, o.path }

// Lookup returns the value of a key or an index in a node, and the node that
// marks it: the key, or the item itself. Both are nil if there is none. It
// follows aliases and merge keys, and takes the last of several equal keys.
func Lookup(n *yaml.Node, key string) (mark, value *yaml.Node) { return lookup(n, key) }

// IsPlainText tells whether a text without quotes is the same text to kubectl:
// `yes` is true, and `0x10` is a number.
func IsPlainText(text string) bool {
	value, ok := plainValue(text).(string)
	return ok && value == text
}
