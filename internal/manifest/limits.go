package manifest

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

const (
	// maxExpanded limits the bytes of a document with its aliases written out.
	maxExpanded = 4 * MaxDocument
	// nodeSize is how many bytes a value counts in addition to its text.
	nodeSize = 16
	// maxNumber limits the digits and the exponent of a number. A float64
	// needs fewer, and arithmetic on longer numbers can take minutes.
	maxNumber = 400
)

var errNumber = errors.New("a number that does not fit a 64-bit float; quote it if it is text")

// checkValues refuses values that are too deep or have invalid numbers.
func (s *source) checkValues(values []any) *Error {
	for i, value := range values {
		path, err := checkValue(value, 0)
		if err == nil {
			continue
		}
		slices.Reverse(path)
		line, _ := s.locate(i, path, "")
		return &Error{File: s.File, Document: s.Index, Line: line, Err: err}
	}
	return nil
}

// checkValue returns the path to the first mistake, its last step first.
func checkValue(value any, depth int) ([]string, error) {
	if depth > MaxDepth {
		return nil, errDeep
	}
	switch v := value.(type) {
	case map[string]any:
		for key, item := range v {
			if path, err := checkValue(item, depth+1); err != nil {
				return append(path, key), err
			}
		}
	case []any:
		for i, item := range v {
			if path, err := checkValue(item, depth+1); err != nil {
				return append(path, strconv.Itoa(i)), err
			}
		}
	case json.Number:
		return nil, checkNumber(string(v))
	}
	return nil, nil
}

func checkNumber(n string) error {
	if len(n) > maxNumber {
		return errNumber
	}
	if _, err := strconv.ParseFloat(n, 64); err != nil {
		return errNumber
	}
	if i := strings.IndexAny(n, "eE"); i >= 0 {
		if exponent, err := strconv.Atoi(n[i+1:]); err != nil || exponent < -maxNumber {
			return errNumber
		}
	}
	return nil
}

// extent is the size of a node with its aliases written out.
type extent struct {
	bytes  int
	height int
	done   bool
}

// checkAliases refuses a document whose aliases make it too large, too deep
// or endless, before a parser follows them.
func (s *source) checkAliases() *Error {
	roots, err := s.tree()
	if err != nil {
		return s.explain(err)
	}
	m := &measurer{anchored: map[*yaml.Node]extent{}}
	for _, root := range roots {
		if _, at, err := m.measure(root, 0); err != nil {
			return s.errorAt(s.lineOf(at), err)
		}
	}
	return nil
}

// measurer remembers the extent of anchored nodes. An anchor precedes its
// aliases, so an alias needs no descent.
type measurer struct {
	anchored map[*yaml.Node]extent
}

// measure returns the extent of a node, or an error and the node that causes
// it.
func (m *measurer) measure(n *yaml.Node, depth int) (extent, *yaml.Node, error) {
	if n.Kind == yaml.AliasNode {
		e, known := m.anchored[n.Alias]
		if !known || !e.done {
			return e, n, fmt.Errorf("the alias *%s is inside its own anchor; write the value out", n.Value)
		}
		if depth+e.height > MaxDepth {
			return e, n, errDeep
		}
		return e, nil, nil
	}
	if n.Anchor != "" {
		m.anchored[n] = extent{}
	}
	e, at, err := m.sum(n, depth)
	if err == nil && n.Anchor != "" {
		e.done = true
		m.anchored[n] = e
	}
	return e, at, err
}

// sum returns the extent of a node and its children.
func (m *measurer) sum(n *yaml.Node, depth int) (extent, *yaml.Node, error) {
	total := extent{bytes: nodeSize + len(n.Value)}
	if depth > MaxDepth {
		return total, n, errDeep
	}
	for _, child := range n.Content {
		e, at, err := m.measure(child, depth+1)
		if err != nil {
			return total, at, err
		}
		total.bytes += e.bytes
		total.height = max(total.height, e.height+1)
		if total.bytes > maxExpanded {
			return total, child, fmt.Errorf("aliases make the document larger than %d MiB; write the values out in several documents", maxExpanded>>20)
		}
	}
	return total, nil, nil
}
