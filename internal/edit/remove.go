package edit

import (
	"bytes"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"winpolicy/internal/manifest"
)

// remove takes a field out of a collection, with every entry of the same key.
func (p *page) remove(at spot, name string) ([]cut, error) {
	n := at.node
	hits := entries(n, name)
	if len(hits)*width(n) == len(n.Content) {
		return p.empty(at)
	}
	var cuts []cut
	for _, i := range hits {
		made, err := p.removeEntry(n, i, p.indent(n, at.outer))
		if err != nil {
			return nil, err
		}
		cuts = append(cuts, made...)
	}
	return cuts, nil
}

// width returns how many nodes an entry of a collection has.
func width(n *yaml.Node) int {
	if n.Kind == yaml.MappingNode {
		return 2
	}
	return 1
}

// entries returns the indexes of the first nodes of the entries with a name.
func entries(n *yaml.Node, name string) []int {
	var hits []int
	for i := 0; i < len(n.Content); i += width(n) {
		if n.Kind == yaml.SequenceNode && strconv.Itoa(i) == name || n.Kind == yaml.MappingNode && manifest.IsKey(n.Content[i], name) {
			hits = append(hits, i)
		}
	}
	return hits
}

// empty takes all entries out of a collection.
func (p *page) empty(at spot) ([]cut, error) {
	n := at.node
	begin := p.body(n)
	end, err := p.end(n, at.outer, at.inFlow)
	if err != nil {
		return nil, err
	}
	if p.isFlow(n) {
		return []cut{{begin + 1, end - 1, ""}}, nil
	}
	brackets := "{}"
	if n.Kind == yaml.SequenceNode {
		brackets = "[]"
	}
	if at.key == nil || at.key == n { // the whole document, or an item
		return []cut{{begin, end, brackets}}, nil
	}
	after, err := p.afterColon(at.key, n, at.outer)
	if err != nil {
		return nil, err
	}
	from, to := p.nextLine(after), p.nextLine(end)
	if to == len(p.text) && !p.endsLine() {
		from = p.lineEnd(after)
	}
	return []cut{{after, after, " " + brackets}, {from, to, ""}}, nil
}

// afterColon returns the offset after the colon of a key, and after the anchor and the tag of its value.
func (p *page) afterColon(key, value *yaml.Node, outer int) (int, error) {
	end, err := p.end(key, outer, false)
	if err != nil {
		return 0, err
	}
	at := end + bytes.IndexByte(p.text[end:], ':') + 1
	for next := p.spaces(at); next < p.body(value) && strings.IndexByte("&!", p.text[next]) >= 0; next = p.spaces(at) {
		at = p.word(next)
	}
	return at, nil
}

func (p *page) removeEntry(n *yaml.Node, i, indent int) ([]cut, error) {
	key, value := n.Content[i], n.Content[i+width(n)-1]
	begin := p.start(key)
	end, err := p.end(value, indent, p.isFlow(n))
	if err != nil {
		return nil, err
	}
	if p.isFlow(n) {
		return p.removeFlow(n, i, begin, end)
	}
	if n.Kind == yaml.SequenceNode {
		begin = p.dash(key)
	}
	if !p.leads(begin) {
		return p.removeBehindDash(n, i, begin, end)
	}
	from, to := p.ownLines(key, indent), p.nextLine(end)
	if n.Kind == yaml.SequenceNode {
		from = p.lineStart(begin)
	}
	if i > 0 && isBlockScalar(deepest(n.Content[i-1])) {
		return []cut{{from, to, ""}}, nil // the line end before the cut belongs to the scalar
	}
	if to == len(p.text) && !p.endsLine() && from > 0 {
		from-- // the text still does not end its line
		if from > 0 && p.text[from-1] == '\r' {
			from--
		}
	}
	return []cut{{from, to, ""}}, nil
}

// removeBehindDash removes the first key of an item, which is on the line of the dash. The next key moves up, or stays
// below the dash if a comment is between them.
func (p *page) removeBehindDash(n *yaml.Node, i, begin, end int) ([]cut, error) {
	if n.Kind == yaml.SequenceNode {
		return nil, refuse("the first item of a list is on the line of another dash")
	}
	next := p.start(n.Content[i+2])
	if bytes.ContainsRune(p.text[p.lineEnd(end):next], '#') {
		return []cut{{begin, p.lineEnd(end), ""}}, nil
	}
	return []cut{{begin, next, ""}}, nil
}

// removeFlow removes an entry of a collection in brackets, with its comma and the comment behind it.
func (p *page) removeFlow(n *yaml.Node, i, begin, end int) ([]cut, error) {
	if i+width(n) < len(n.Content) {
		return []cut{p.removeBeforeComma(begin, end)}, nil
	}
	before, err := p.end(n.Content[i-1], -1, true)
	if err != nil {
		return nil, err
	}
	comma := p.blank(before)
	after := p.blank(end)
	if after < len(p.text) && p.text[after] == ',' {
		end = after + 1
	}
	if p.trails(end) {
		end = p.lineEnd(end)
	}
	if !bytes.ContainsRune(p.text[comma+1:begin], '#') {
		return []cut{{comma, end, ""}}, nil
	}
	// The comment belongs to the entry before.
	if p.leads(begin) && p.lineEnd(end) == end {
		return []cut{{comma, comma + 1, ""}, {p.lineStart(begin), p.nextLine(end), ""}}, nil
	}
	return []cut{{comma, comma + 1, ""}, {begin, end, ""}}, nil
}

// removeBeforeComma removes an entry that another one follows.
func (p *page) removeBeforeComma(begin, end int) cut {
	next := p.blank(end)
	if next < len(p.text) && p.text[next] == ',' {
		next++
	}
	if p.leads(begin) && p.trails(next) {
		return cut{p.lineStart(begin), p.nextLine(next), ""}
	}
	if after := p.spaces(next); after < len(p.text) && p.text[after] != '#' {
		next = after
	}
	return cut{begin, next, ""}
}
