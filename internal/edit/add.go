package edit

import (
	"bytes"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"winpolicy/internal/manifest"
)

// add puts a key into a map, or an item at the end of a list. The name of a new item is "-".
func (p *page) add(at spot, name string, value any) ([]cut, error) {
	n := at.node
	switch {
	case !isCollection(n):
		return nil, refuse("%s would be in a value that is neither a map nor a list", name)
	case n.Kind == yaml.SequenceNode && name != "-" && name != strconv.Itoa(len(n.Content)):
		return nil, refuse("an item would be in the middle of a list")
	case p.isFlow(n):
		return p.addFlow(n, name, value)
	case n.Kind == yaml.SequenceNode:
		return p.addItem(n, value, at.outer)
	}
	indent := p.indent(n, at.outer)
	offset, err := p.placeIn(n, indent)
	if err != nil {
		return nil, err
	}
	return []cut{p.insertLines(offset, p.block(map[string]any{name: value}, indent, p.step(n, indent)))}, nil
}

// placeIn returns the start of the line where a new key of a map in block style goes.
func (p *page) placeIn(n *yaml.Node, indent int) (int, error) {
	key := n.Content[0]
	where := p.where
	if where == first && (indent == 0 || hasMerge(n) || !p.leads(p.start(key))) {
		// The first key of an item is behind the dash. A key before a merge key is overruled by it. The first keys of a
		// document are apiVersion and kind.
		where = last
	}
	switch where {
	case first:
		return p.ownLines(key, indent), nil
	case beforeLast:
		if key = n.Content[len(n.Content)-2]; p.leads(p.start(key)) {
			return p.ownLines(key, indent), nil
		}
	}
	return p.after(n, indent)
}

// after returns the start of the line after a collection in block style.
func (p *page) after(n *yaml.Node, indent int) (int, error) {
	end, err := p.end(n.Content[len(n.Content)-1], indent, false)
	if err != nil {
		return 0, err
	}
	next := p.nextLine(end)
	if next == len(p.text) && !p.endsLine() && isBlockScalar(deepest(n)) {
		return 0, refuse("the text ends with a block scalar and without a line end; add a line end")
	}
	return next, nil
}

func (p *page) addItem(n *yaml.Node, value any, outer int) ([]cut, error) {
	indent := p.indent(n, outer)
	next, err := p.after(n, indent)
	if err != nil {
		return nil, err
	}
	text := p.block([]any{value}, indent, 2)
	if p.isFlow(n.Content[len(n.Content)-1]) {
		text = strings.Repeat(" ", indent) + "- " + p.flow(value) + "\n"
	}
	return []cut{p.insertLines(next, text)}, nil
}

// insertLines puts whole lines at the start of a line, or at the end of a text that does not end its line.
func (p *page) insertLines(at int, text string) cut {
	text = strings.ReplaceAll(text, "\n", p.eol)
	if at == len(p.text) && at > 0 && !p.endsLine() {
		text = p.eol + strings.TrimSuffix(text, p.eol)
	}
	return cut{at, at, text}
}

// ownLines returns where the lines of a key begin, with the comments directly above it.
func (p *page) ownLines(key *yaml.Node, indent int) int {
	line := p.lineStart(p.start(key))
	for line > 0 {
		above := p.lineStart(line - 1)
		text := p.text[above : line-1]
		bare := bytes.TrimLeft(text, " \t")
		if !bytes.HasPrefix(bare, []byte("#")) || len(text)-len(bare) != indent {
			break
		}
		line = above
	}
	return line
}

func hasMerge(n *yaml.Node) bool {
	for i := 0; i < len(n.Content); i += 2 {
		if manifest.IsMerge(n.Content[i]) {
			return true
		}
	}
	return false
}

// addFlow puts an entry at the end of a collection in brackets.
func (p *page) addFlow(n *yaml.Node, name string, value any) ([]cut, error) {
	entry := p.flow(value)
	if n.Kind == yaml.MappingNode {
		entry = p.flow(name) + ": " + entry
	}
	begin := p.body(n)
	if len(n.Content) == 0 {
		end, err := p.endOfFlow(begin)
		if err != nil {
			return nil, err
		}
		return []cut{{begin + 1, end - 1, entry}}, nil
	}
	end, err := p.end(n.Content[len(n.Content)-1], -1, true)
	if err != nil {
		return nil, err
	}
	next := p.blank(end)
	if next < len(p.text) && p.text[next] == ',' {
		return []cut{{next + 1, next + 1, " " + entry}}, nil // the last entry has a comma
	}
	final := n.Content[len(n.Content)-1]
	if n.Kind == yaml.MappingNode {
		final = n.Content[len(n.Content)-2]
	}
	if p.leads(p.start(final)) && bytes.ContainsRune(p.text[end:next], '\n') { // each entry has a line
		lead := string(p.text[p.lineStart(p.start(final)):p.start(final)])
		stop := p.lineEnd(end)
		if stop == end {
			return []cut{{end, end, "," + p.eol + lead + entry}}, nil
		}
		return []cut{{end, end, ","}, {stop, stop, p.eol + lead + entry}}, nil // the comma goes before the comment
	}
	separator := ", "
	if p.json && len(n.Content) > 2 && !bytes.Contains(p.text[begin:end], []byte(", ")) {
		separator, entry = ",", strings.Replace(entry, "\": ", "\":", 1)
	}
	return []cut{{end, end, separator + entry}}, nil
}
