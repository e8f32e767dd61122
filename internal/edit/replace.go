package edit

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"winpolicy/internal/manifest"
)

// replace gives a field another value. at.node is the present value.
func (p *page) replace(at spot, value any) ([]cut, error) {
	begin := p.body(at.node)
	end, err := p.end(at.node, at.outer, at.inFlow)
	if err != nil {
		return nil, err
	}
	switch {
	case p.isFlow(at.node):
		return []cut{{begin, end, p.flow(value)}}, nil
	case isCollection(at.node):
		return p.replaceBlock(at, value, end)
	case !isComposed(value):
		return []cut{p.spaced(begin, end, p.scalar(value, at.node.Style, at.inFlow))}, nil
	case !at.inFlow && !p.json && begin == end && p.trails(begin) && at.key != nil:
		// `key:` with nothing behind it gets lines of its own.
		return []cut{p.insertLines(p.nextLine(begin), p.block(value, p.below(value, at.outer), 2))}, nil
	}
	return []cut{p.spaced(begin, end, p.flow(value))}, nil
}

// replaceBlock replaces the lines of a collection in block style. Its comments go with it.
func (p *page) replaceBlock(at spot, value any, end int) ([]cut, error) {
	begin := p.start(at.node.Content[0])
	if at.node.Kind == yaml.SequenceNode {
		begin = p.dash(at.node.Content[0])
	}
	if !p.leads(begin) || !isComposed(value) {
		return nil, refuse("a value of several lines would become one of another form")
	}
	lines := strings.ReplaceAll(p.block(value, p.indent(at.node, at.outer), 2), "\n", p.eol)
	next := p.nextLine(end)
	if next == len(p.text) && !p.endsLine() {
		lines = strings.TrimSuffix(lines, p.eol)
	}
	return []cut{{p.lineStart(begin), next, lines}}, nil
}

// spaced is a cut with a space after a colon that has none.
func (p *page) spaced(begin, end int, text string) cut {
	if begin == end && begin > 0 && p.text[begin-1] == ':' {
		text = " " + text
	}
	return cut{begin, end, text}
}

// rename gives a key of a map another name. The line keeps its value, its quotes and its comment.
func (p *page) rename(at spot, from, to string) ([]cut, error) {
	hits := entries(at.node, from)
	if at.node.Kind != yaml.MappingNode || len(hits) != 1 {
		return nil, refuse("%s is there more than once", from)
	}
	if _, value := manifest.Lookup(at.node, to); value != nil {
		return nil, refuse("%s is there already", to)
	}
	key := at.node.Content[hits[0]]
	if key.Kind != yaml.ScalarNode || isBlockScalar(key) {
		return nil, refuse("the key %s is not plain text", from)
	}
	end, err := p.end(key, at.outer, p.isFlow(at.node))
	if err != nil {
		return nil, err
	}
	return []cut{{p.body(key), end, p.scalar(to, key.Style, p.isFlow(at.node))}}, nil
}
