package edit

import (
	"bytes"
	"slices"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"winpolicy/internal/manifest"
)

// place is where a new key of a map in block style goes.
type place int

const (
	first      place = iota // before the first key, where people write `os`; it meets no end of a value
	last                    // after the last key
	beforeLast              // before the last key
)

// page is a text and the nodes of its values.
type page struct {
	text  []byte
	lines []int // the offset of each line
	eol   string
	json  bool
	roots []*yaml.Node
	where place

	named    map[*yaml.Node]bool // the nodes that aliases name
	indented int                 // how many more lists are indented below their keys than are not
}

// cut replaces a part of the text.
type cut struct {
	from, to int
	text     string
}

func newPage(text []byte, tree *manifest.Tree, where place) (*page, error) {
	if tree.OddBreaks {
		return nil, refuse("it has line breaks that editors do not count, for example a carriage return alone")
	}
	p := &page{text: text, json: tree.JSON, roots: tree.Roots, eol: "\n", lines: []int{0}, where: where}
	for i, char := range text {
		if char == '\n' {
			p.lines = append(p.lines, i+1)
		}
	}
	if bytes.Contains(text, []byte("\r\n")) {
		p.eol = "\r\n"
	}
	p.named = map[*yaml.Node]bool{}
	for _, root := range p.roots {
		p.survey(root)
	}
	return p, nil
}

// survey finds, once for all edits, the nodes that aliases name and how lists are indented.
func (p *page) survey(n *yaml.Node) {
	if n.Kind == yaml.AliasNode {
		p.named[n.Alias] = true
	}
	for i, child := range n.Content {
		p.survey(child)
		if n.Kind != yaml.MappingNode || i%2 == 0 || child.Kind != yaml.SequenceNode || p.isFlow(n) || p.isFlow(child) {
			continue
		}
		if child.Column > n.Content[i-1].Column {
			p.indented++
		} else {
			p.indented--
		}
	}
}

// cutAll applies cuts that do not overlap. Of two cuts at one offset, the one that removes nothing comes first.
func cutAll(text []byte, cuts []cut) ([]byte, error) {
	slices.SortStableFunc(cuts, func(a, b cut) int {
		if a.from != b.from {
			return a.from - b.from
		}
		return a.to - b.to
	})
	var made []byte
	at := 0
	for _, one := range cuts {
		if one.from < at || one.to < one.from || one.to > len(text) {
			return nil, refuse("two changes meet in one place")
		}
		made = append(append(made, text[at:one.from]...), one.text...)
		at = one.to
	}
	return append(made, text[at:]...), nil
}

// offset returns the offset of a line and a column, which count from 1. Columns count code points.
func (p *page) offset(line, column int) int {
	at := p.lines[min(max(line, 1), len(p.lines))-1]
	for ; column > 1 && at < len(p.text); column-- {
		_, size := utf8.DecodeRune(p.text[at:])
		at += size
	}
	return at
}

// start returns where a node begins, with its anchor and its tag.
func (p *page) start(n *yaml.Node) int { return p.offset(n.Line, n.Column) }

// body returns where a node begins after its anchor and its tag.
func (p *page) body(n *yaml.Node) int {
	at := p.start(n)
	for !p.json && at < len(p.text) && (p.text[at] == '&' || p.text[at] == '!') {
		at = p.blank(p.word(at))
	}
	return at
}

// word returns the end of what begins at an offset and ends with white space.
func (p *page) word(at int) int {
	for at < len(p.text) && strings.IndexByte(" \t\r\n", p.text[at]) < 0 {
		at++
	}
	return at
}

// blank passes white space, line ends and comments.
func (p *page) blank(at int) int {
	for at < len(p.text) {
		switch char := p.text[at]; {
		case strings.IndexByte(" \t\r\n", char) >= 0:
			at++
		case char == '#' && p.isComment(at):
			at = p.lineEnd(at)
		default:
			return at
		}
	}
	return at
}

// isComment tells whether the `#` at an offset begins a comment, if it is not in a scalar.
func (p *page) isComment(at int) bool {
	return !p.json && (at == 0 || strings.IndexByte(" \t\n", p.text[at-1]) >= 0)
}

// spaces passes spaces and tabs.
func (p *page) spaces(at int) int {
	for at < len(p.text) && (p.text[at] == ' ' || p.text[at] == '\t') {
		at++
	}
	return at
}

func (p *page) lineStart(at int) int { return bytes.LastIndexByte(p.text[:at], '\n') + 1 }

// lineEnd returns the offset before the end of the line.
func (p *page) lineEnd(at int) int {
	length := bytes.IndexByte(p.text[at:], '\n')
	if length < 0 {
		return len(p.text)
	}
	if length > 0 && p.text[at+length-1] == '\r' {
		length--
	}
	return at + length
}

func (p *page) nextLine(at int) int {
	length := bytes.IndexByte(p.text[at:], '\n')
	if length < 0 {
		return len(p.text)
	}
	return at + length + 1
}

func (p *page) endsLine() bool { return bytes.HasSuffix(p.text, []byte("\n")) }

// leads tells whether nothing but spaces and tabs is before an offset in its line.
func (p *page) leads(at int) bool {
	return len(bytes.TrimLeft(p.text[p.lineStart(at):at], " \t")) == 0
}

// trails tells whether nothing but spaces, tabs and a comment follows an offset in its line.
func (p *page) trails(at int) bool {
	next := p.spaces(at)
	return next >= p.lineEnd(at) || p.text[next] == '#' && p.isComment(next)
}

func (p *page) isFlow(n *yaml.Node) bool {
	return isCollection(n) && (p.json || n.Style&yaml.FlowStyle != 0)
}

func isCollection(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode || n.Kind == yaml.SequenceNode
}

func isBlockScalar(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0
}

// indent returns the column, from 0, of the keys or dashes of a collection in block style. It is outer for any other node.
func (p *page) indent(n *yaml.Node, outer int) int {
	switch {
	case p.isFlow(n) || len(n.Content) == 0:
		return outer
	case n.Kind == yaml.MappingNode:
		return n.Content[0].Column - 1
	case n.Kind == yaml.SequenceNode:
		dash := p.dash(n.Content[0])
		return dash - p.lineStart(dash)
	}
	return outer
}

// dash returns where the dash of an item in block style is.
func (p *page) dash(item *yaml.Node) int {
	at := p.start(item) - 1
	for at > 0 && p.text[at] != '-' {
		at--
		line := p.lineStart(at)
		if line > 0 && bytes.HasPrefix(bytes.TrimLeft(p.text[line:at+1], " \t"), []byte("#")) {
			at = line - 1
		}
	}
	return max(at, 0)
}

// deepest returns the last node in a node.
func deepest(n *yaml.Node) *yaml.Node {
	for len(n.Content) > 0 {
		n = n.Content[len(n.Content)-1]
	}
	return n
}
