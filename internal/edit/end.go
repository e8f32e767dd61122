package edit

import (
	"bytes"
	"strings"

	"go.yaml.in/yaml/v3"
)

// end returns where a node ends. A block scalar ends before its last line end. outer is the indentation of the collection
// that holds the node.
func (p *page) end(n *yaml.Node, outer int, inFlow bool) (int, error) {
	at := p.body(n)
	switch {
	case n.Kind == yaml.AliasNode || p.json && n.Kind == yaml.ScalarNode && n.Style&yaml.DoubleQuotedStyle == 0:
		for at < len(p.text) && strings.IndexByte(" \t\r\n,]}", p.text[at]) < 0 {
			at++
		}
		return at, nil
	case p.isFlow(n):
		return p.endOfFlow(at)
	case isCollection(n) && len(n.Content) > 0:
		return p.end(n.Content[len(n.Content)-1], p.indent(n, outer), false)
	case n.Style&(yaml.DoubleQuotedStyle|yaml.SingleQuotedStyle) != 0:
		return p.endOfQuotes(at)
	case isBlockScalar(n):
		return p.endOfBlock(at, outer), nil
	}
	return p.endOfPlain(n, at, inFlow)
}

func (p *page) endOfQuotes(at int) (int, error) {
	if at >= len(p.text) || p.text[at] != '"' && p.text[at] != '\'' {
		return 0, refuse("a quote was not found")
	}
	quote := p.text[at]
	for i := at + 1; i < len(p.text); i++ {
		switch {
		case quote == '"' && p.text[i] == '\\':
			i++
		case p.text[i] == quote && quote == '\'' && i+1 < len(p.text) && p.text[i+1] == quote:
			i++
		case p.text[i] == quote:
			return i + 1, nil
		}
	}
	return 0, refuse("a quote has no end")
}

// endOfFlow returns where a collection in brackets ends.
func (p *page) endOfFlow(at int) (int, error) {
	depth := 0
	for at < len(p.text) {
		switch char := p.text[at]; {
		case char == '{' || char == '[':
			depth++
			at++
		case char == '}' || char == ']':
			depth--
			at++
			if depth == 0 {
				return at, nil
			}
		case char == '"' || char == '\'':
			end, err := p.endOfQuotes(at)
			if err != nil {
				return 0, err
			}
			at = end
		case char == ',' || char == ':' || char == '?':
			at++
		default:
			if next := p.blank(at); next > at {
				at = next
				continue
			}
			at = max(p.endOfWords(at, true), at+1)
		}
	}
	return 0, refuse("a bracket has no end")
}

// endOfWords returns where a plain scalar ends in its line.
func (p *page) endOfWords(at int, inFlow bool) int {
	stop := p.lineEnd(at)
	i := at
	for ; i < stop; i++ {
		char := p.text[i]
		if inFlow && strings.IndexByte(",[]{}", char) >= 0 || char == '#' && i > at && strings.IndexByte(" \t", p.text[i-1]) >= 0 {
			break
		}
		if char == ':' && (i+1 >= stop || strings.IndexByte(" \t", p.text[i+1]) >= 0 || inFlow && strings.IndexByte(",[]{}", p.text[i+1]) >= 0) {
			break
		}
	}
	for i > at && (p.text[i-1] == ' ' || p.text[i-1] == '\t') {
		i--
	}
	return i
}

// endOfPlain adds lines until the folded text is the value of the node.
func (p *page) endOfPlain(n *yaml.Node, at int, inFlow bool) (int, error) {
	if n.Value == "" {
		return p.start(n), nil
	}
	var folded string
	breaks := 0
	for at < len(p.text) {
		stop := p.endOfWords(at, inFlow)
		if stop > at {
			switch {
			case folded == "":
			case breaks == 1:
				folded += " "
			default:
				folded += strings.Repeat("\n", breaks-1)
			}
			folded += string(p.text[at:stop])
			breaks = 0
		}
		if folded == n.Value {
			return stop, nil
		}
		if !strings.HasPrefix(n.Value, folded) {
			break
		}
		at = p.spaces(p.nextLine(stop))
		breaks++
	}
	return 0, refuse("the end of a value without quotes was not found")
}

// endOfBlock returns the end of the last line of a scalar that begins with `|` or `>`.
func (p *page) endOfBlock(at, outer int) int {
	header, _, _ := strings.Cut(string(p.text[at:p.lineEnd(at)]), " ")
	indent := -1
	for _, char := range header {
		if char >= '1' && char <= '9' {
			indent = max(outer, 0) + int(char-'0')
		}
	}
	end := p.lineEnd(at)
	for line := p.nextLine(at); line < len(p.text); line = p.nextLine(line) {
		stop := p.lineEnd(line)
		content := bytes.TrimLeft(p.text[line:stop], " ")
		depth := stop - line - len(content)
		if len(content) == 0 && (indent < 0 || depth <= indent) {
			if strings.Contains(header, "+") {
				end = stop
			}
			continue
		}
		if indent < 0 {
			if depth <= outer {
				break
			}
			indent = depth
		}
		if depth < indent {
			break
		}
		end = stop
	}
	return end
}
