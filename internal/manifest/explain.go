package manifest

import (
	"bytes"
	"errors"
	"regexp"
	"strconv"
	"strings"

	yamlnode "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"
)

// explain returns an error of a YAML parser with the line of the file and a
// hint.
func (s *source) explain(err error) *Error {
	text := parserText(err)
	switch {
	case strings.Contains(text, "unsupported value"):
		return s.errorAt(s.lineFound(isNotFinite), errors.New("NaN and infinity have no JSON value; quote them if they are text"))
	case strings.Contains(text, "map key") && bytes.Contains(s.text, []byte("{{")):
		return s.errorAt(s.lineFound(hasBadKey), errors.New("a map key is not text, which looks like a template; render it first"))
	case strings.Contains(text, "map key"):
		return s.errorAt(s.lineFound(hasBadKey), errors.New("a map key is not text; write it in quotes"))
	case strings.Contains(text, "max depth"):
		line, _ := s.parserLine(err)
		return s.errorAt(line, errDeep)
	}
	line, problem := s.parserLine(err)
	if bytes.Contains(s.text, []byte("{{")) {
		return s.errorAt(line, errors.New("invalid YAML, which looks like a template; render it first"))
	}
	return s.errorAt(line, errors.New("invalid YAML: "+problem+s.hint(problem, line)))
}

// lineFound returns the line of the first node for which match holds, or 1.
func (s *source) lineFound(match func(*yamlnode.Node) bool) int {
	if n := s.find(match); n != nil {
		return s.lineOf(n)
	}
	return 1
}

func isNotFinite(n *yamlnode.Node) bool {
	return n.Kind == yamlnode.ScalarNode && n.ShortTag() == "!!float" && strings.ContainsAny(n.Value, "nN")
}

func hasBadKey(n *yamlnode.Node) bool {
	if n.Kind != yamlnode.MappingNode {
		return false
	}
	for i := 0; i < len(n.Content); i += 2 {
		if key := resolve(n.Content[i]); key.Kind != yamlnode.ScalarNode || key.ShortTag() == "!!null" {
			return true
		}
	}
	return false
}

// parserText returns the parser's message without the words of its callers.
func parserText(err error) string {
	_, text, found := strings.Cut(err.Error(), "yaml: ")
	if !found {
		text = err.Error()
	}
	return strings.TrimSpace(strings.TrimPrefix(text, "unmarshal errors:"))
}

// parserLine returns the line of an error within the document, and the message
// without a line. The parsers count from 0 in some messages and from 1 in
// others, and they do not name the first line. With an empty line before the
// text they name every line.
func (s *source) parserLine(err error) (int, string) {
	shifted := append([]byte("\n"), s.text...)
	var value any
	again := yaml.Unmarshal(shifted, &value)
	if again == nil {
		_, again = yamlNodes(shifted)
	}
	if again != nil {
		err = again
	}
	line, problem := cutLine(parserText(err))
	if pointsAtEnd(problem) {
		// v2 names the line where it stopped, v3 the line where the mistake begins.
		if _, err := yamlNodes(shifted); err != nil {
			line, problem = cutLine(parserText(err))
		}
	}
	switch {
	case strings.Contains(problem, "control characters"):
		line = s.controlLine() + 1
	case strings.HasPrefix(problem, "unknown anchor "):
		line = s.aliasLine(problem) + 1
	case isFromParser(problem):
		line++
	}
	// At the end of the text the parsers name a line after it.
	last := lineAt(s.text, len(bytes.TrimRight(s.text, " \t\r\n")))
	return min(max(s.lineFrom(line-1), 1), last), problem
}

func cutLine(text string) (int, string) {
	rest, found := strings.CutPrefix(text, "line ")
	if !found {
		return 0, text
	}
	number, problem, _ := strings.Cut(rest, ": ")
	line, err := strconv.Atoi(number)
	if err != nil {
		return 0, text
	}
	return line, problem
}

func pointsAtEnd(problem string) bool {
	return strings.HasPrefix(problem, "found unexpected ") || strings.HasPrefix(problem, "could not find expected ':'")
}

// isFromParser reports whether a message comes from the parser, which counts
// from 0, and not from the scanner, which counts from 1.
func isFromParser(problem string) bool {
	for _, end := range []string{"<stream-start>", "<document start>", "node content", "expected key", "'-' indicator", "',' or ']'", "',' or '}'"} {
		if strings.HasPrefix(problem, "did not find expected ") && strings.HasSuffix(problem, end) {
			return true
		}
	}
	return strings.HasPrefix(problem, "found undefined tag") || strings.HasPrefix(problem, "found duplicate %")
}

// controlLine returns the line of the first character that YAML forbids.
func (s *source) controlLine() int {
	at := bytes.IndexFunc(s.text, func(r rune) bool {
		return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r >= 0x7f && r < 0xa0 && r != 0x85 || r == 0xfffe || r == 0xffff
	})
	return lineAt(s.text, max(at, 0))
}

// aliasLine returns the line of the alias in an error "unknown anchor".
func (s *source) aliasLine(problem string) int {
	name, _, _ := strings.Cut(strings.TrimPrefix(problem, "unknown anchor '"), "'")
	at := regexp.MustCompile(`(^|[\s\[{,:-])\*` + regexp.QuoteMeta(name) + `($|[^0-9A-Za-z_-])`).FindIndex(s.text)
	if at == nil {
		return 1
	}
	return lineAt(s.text, bytes.IndexByte(s.text[at[0]:], '*')+at[0])
}

// hint returns how to repair a problem, or "".
func (s *source) hint(problem string, line int) string {
	switch {
	case strings.Contains(problem, "unknown escape"), strings.Contains(problem, "hexdecimal"):
		return "; a backslash in double quotes begins an escape, use single quotes for paths"
	case s.hasTabIndent(line):
		return "; the line is indented with a tab, use spaces"
	case strings.Contains(problem, "end of stream"), strings.Contains(problem, "document indicator"):
		return "; a quote or bracket is opened here and not closed"
	case strings.Contains(problem, "expected ',' or"):
		return "; a comma is missing before this line, or a bracket is not closed"
	case strings.Contains(problem, "mapping values"):
		return "; correct the indentation, or quote the value if it holds a colon"
	case strings.Contains(problem, "cannot start any token"):
		return "; quote the value"
	case strings.Contains(problem, "could not find expected ':'"), strings.Contains(problem, "expected key"), strings.Contains(problem, "'-' indicator"):
		return "; check the indentation of this line and the colon after its key"
	case strings.Contains(problem, "<document start>"):
		return "; put `---` before this line, or correct its indentation"
	case strings.Contains(problem, "excessive aliasing"):
		return "; write the values out"
	case strings.Contains(problem, "control characters"):
		return "; remove them, or write them as escapes in double quotes"
	}
	return ""
}

// hasTabIndent reports whether the indentation of a line has a tab.
func (s *source) hasTabIndent(line int) bool {
	n := 0
	for text := range bytes.Lines(s.text) {
		if n++; n == line {
			blanks := text[:len(text)-len(bytes.TrimLeft(text, " \t"))]
			return bytes.ContainsRune(blanks, '\t')
		}
	}
	return false
}
