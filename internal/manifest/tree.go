package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"
)

// tree returns the nodes of the document's top-level values with their lines
// and columns. It parses the text once, and JSON by the rules of JSON, because
// YAML refuses some JSON.
func (s *source) tree() ([]*yaml.Node, error) {
	s.once.Do(func() {
		if s.isJSON {
			s.roots = jsonNodes(s.Raw)
			return
		}
		if hasOddBreaks(s.text) {
			s.lines = oddLines(s.text)
		}
		s.roots, s.err = yamlNodes(s.text)
	})
	return s.roots, s.err
}

// lineOf returns the line of a node within the document.
func (s *source) lineOf(n *yaml.Node) int { return s.lineFrom(n.Line) }

// lineFrom returns the line of the document for a line as YAML parsers count.
func (s *source) lineFrom(line int) int {
	if s.lines == nil || line < 1 {
		return line
	}
	return s.lines[min(line, len(s.lines))-1]
}

// find returns the first node of the document for which match holds.
func (s *source) find(match func(*yaml.Node) bool) *yaml.Node {
	roots, _ := s.tree()
	for _, root := range roots {
		if n := findNode(root, match); n != nil {
			return n
		}
	}
	return nil
}

func findNode(n *yaml.Node, match func(*yaml.Node) bool) *yaml.Node {
	if match(n) {
		return n
	}
	for _, child := range n.Content {
		if found := findNode(child, match); found != nil {
			return found
		}
	}
	return nil
}

func isBinary(n *yaml.Node) bool { return n.ShortTag() == "!!binary" }

// yamlNodes parses every value of a text.
func yamlNodes(text []byte) ([]*yaml.Node, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	var roots []*yaml.Node
	for {
		var document yaml.Node
		err := decoder.Decode(&document)
		if errors.Is(err, io.EOF) {
			return roots, nil
		}
		if err != nil {
			return roots, err
		}
		roots = append(roots, document.Content...)
	}
}

// jsonNodes returns the nodes of a JSON text.
func jsonNodes(text []byte) []*yaml.Node {
	w := &jsonWalker{text: text, decoder: json.NewDecoder(bytes.NewReader(text)), line: 1, column: 1}
	w.decoder.UseNumber()
	var roots []*yaml.Node
	for n := w.node(); n != nil; n = w.node() {
		roots = append(roots, n)
	}
	return roots
}

// jsonWalker reads tokens and counts lines and columns.
type jsonWalker struct {
	text    []byte
	decoder *json.Decoder

	offset, line, column int
}

// node reads one value. It returns nil at the end of a map, a list or the text.
func (w *jsonWalker) node() *yaml.Node {
	w.advance()
	n := &yaml.Node{Kind: yaml.ScalarNode, Line: w.line, Column: w.column}
	token, err := w.decoder.Token()
	if err != nil {
		return nil
	}
	switch t := token.(type) {
	case string:
		// With this tag a key "<<" is not a merge key, and in quotes a key "on" is text.
		n.Value, n.Tag, n.Style = t, "!!str", yaml.DoubleQuotedStyle
	case json.Delim:
		switch t {
		case '{':
			n.Kind = yaml.MappingNode
		case '[':
			n.Kind = yaml.SequenceNode
		default:
			return nil
		}
		for child := w.node(); child != nil; child = w.node() {
			n.Content = append(n.Content, child)
		}
	}
	return n
}

// advance moves to the start of the next token.
func (w *jsonWalker) advance() {
	end := int(w.decoder.InputOffset())
	for w.offset < len(w.text) && (w.offset < end || bytes.IndexByte([]byte(" \t\r\n,:"), w.text[w.offset]) >= 0) {
		if w.text[w.offset] == '\n' {
			w.line, w.column = w.line+1, 1
		} else if utf8.RuneStart(w.text[w.offset]) {
			w.column++
		}
		w.offset++
	}
}

// hasOddBreaks reports whether a text has line breaks of YAML 1.1 that editors
// do not count: a carriage return without a line feed, NEL, LS or PS.
func hasOddBreaks(text []byte) bool {
	return bytes.Count(text, []byte("\r")) != bytes.Count(text, []byte("\r\n")) ||
		bytes.Contains(text, []byte("\u0085")) || bytes.Contains(text, []byte("\u2028")) || bytes.Contains(text, []byte("\u2029"))
}

// oddLines returns the line of the text for each line as YAML counts.
func oddLines(text []byte) []int {
	line := 1
	lines := []int{line}
	for i, r := range string(text) {
		switch r {
		case '\n':
			line++
			lines = append(lines, line)
		case '\r':
			if i+1 == len(text) || text[i+1] != '\n' {
				lines = append(lines, line)
			}
		case '\u0085', '\u2028', '\u2029':
			lines = append(lines, line)
		}
	}
	return lines
}

// lineAt returns the line of an offset in a text.
func lineAt(text []byte, offset int) int {
	return 1 + bytes.Count(text[:min(offset, len(text))], []byte("\n"))
}
