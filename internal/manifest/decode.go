package manifest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"sigs.k8s.io/yaml"
)

// maxTokens limits the maps, lists and scalars of a document. A parser needs
// about 300 bytes and a microsecond for each. An ordinary manifest of
// MaxDocument bytes has half as many.
const maxTokens = 1 << 20

// decode returns the top-level values of the document.
func (s *source) decode() ([]any, *Error) {
	if err := s.checkText(); err != nil {
		return nil, err
	}
	values, jsonErr := decodeJSON(s.Raw)
	if jsonErr == nil {
		s.isJSON = true
		return values, s.checkValues(values)
	}
	s.text = withoutVersion(s.Raw)
	value, err := s.decodeYAML()
	if err == nil {
		return []any{value}, s.checkValues([]any{value})
	}
	if len(values) > 0 {
		// Whole JSON values precede the error, so the rest is meant as JSON.
		return nil, s.errorAt(jsonErrorLine(s.Raw, jsonErr), fmt.Errorf("invalid JSON: %w", jsonErr.err))
	}
	return nil, err
}

// checkText refuses text that no parser can read.
func (s *source) checkText() *Error {
	if i := bytes.IndexByte(s.Raw, 0); i >= 0 {
		return s.errorAt(lineAt(s.Raw, i), errors.New("not a text file (it has NUL bytes); give YAML or JSON files in UTF-8"))
	}
	if !utf8.Valid(s.Raw) {
		valid := 0
		for r, n := utf8.DecodeRune(s.Raw); r != utf8.RuneError || n > 1; r, n = utf8.DecodeRune(s.Raw[valid:]) {
			valid += n
		}
		return s.errorAt(lineAt(s.Raw, valid), errors.New("not UTF-8 text; save the file as UTF-8"))
	}
	if i := bytes.Index(s.Raw, []byte("\n"+bom)); i >= 0 {
		return s.errorAt(lineAt(s.Raw, i)+1, errors.New("a byte order mark inside a document; put `---` between joined files"))
	}
	if tokens(s.Raw) > maxTokens {
		return s.errorAt(1, fmt.Errorf("the document has more than about %d values; split it into several documents", maxTokens))
	}
	return nil
}

// tokens estimates the number of keys and values in a text. It counts the
// characters that separate them, those in strings and comments included.
func tokens(text []byte) int {
	n := 0
	for i, c := range text {
		switch c {
		case ',', '[', '{', '\n', '?':
			n++
		case ':', '-':
			if i+1 == len(text) || text[i+1] <= ' ' || text[i+1] == '"' {
				n++
			}
		}
	}
	return n
}

// jsonFault is an error and the offset up to which the JSON is valid.
type jsonFault struct {
	err    error
	offset int64
}

var errNotJSON = errors.New("not JSON")

// decodeJSON reads a text of one or more JSON values. With an error it also
// returns the values that precede the error.
func decodeJSON(text []byte) ([]any, *jsonFault) {
	if head := bytes.TrimLeft(text, " \t\r\n"); len(head) == 0 || head[0] != '{' && head[0] != '[' {
		return nil, &jsonFault{err: errNotJSON}
	}
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.UseNumber()
	var values []any
	for {
		var value any
		err := decoder.Decode(&value)
		if errors.Is(err, io.EOF) {
			return values, nil
		}
		if err != nil {
			return values, &jsonFault{err: err, offset: decoder.InputOffset()}
		}
		values = append(values, value)
	}
}

func jsonErrorLine(text []byte, fault *jsonFault) int {
	offset := fault.offset
	var syntax *json.SyntaxError
	if errors.As(fault.err, &syntax) {
		offset = max(offset, syntax.Offset-1)
	}
	if errors.Is(fault.err, io.ErrUnexpectedEOF) {
		offset = int64(len(bytes.TrimRight(text, " \t\r\n")))
	}
	return lineAt(text, int(offset))
}

// decodeYAML returns the value that kubectl would send.
func (s *source) decodeYAML() (any, *Error) {
	if bytes.ContainsRune(s.text, '&') && bytes.ContainsRune(s.text, '*') {
		if err := s.checkAliases(); err != nil {
			return nil, err
		}
	}
	var value any
	err := yaml.Unmarshal(s.text, &value, func(d *json.Decoder) *json.Decoder {
		d.UseNumber()
		return d
	})
	if err != nil {
		return nil, s.explain(err)
	}
	if mayHaveMore(s.text) {
		if err := s.checkWhole(); err != nil {
			return nil, err
		}
	}
	if bytes.Contains(s.text, []byte("!!binary")) || bytes.Contains(s.text, []byte("2002:binary")) {
		if n := s.find(isBinary); n != nil {
			return nil, s.errorAt(s.lineOf(n), errors.New("the tag !!binary has no JSON value; write the base64 text without it"))
		}
	}
	return value, nil
}

// mayHaveMore reports whether text may follow the first value, which is all
// that the parser reads. Nothing follows if the value is a map or list in
// block style that begins in the first column and no line ends it.
func mayHaveMore(text []byte) bool {
	if bytes.Contains(text, []byte("\n...")) || bytes.Contains(text, []byte("\n%")) || hasOddBreaks(text) {
		return true
	}
	for line := range bytes.Lines(text) {
		if !isFiller(line) && !(isMarker(line, "---") && isFiller(line[3:])) {
			return strings.IndexByte("{[\"'&!*|>%@` \t-?.", line[0]) >= 0 && !bytes.HasPrefix(line, []byte("- "))
		}
	}
	return false
}

// checkWhole refuses text after the first value.
func (s *source) checkWhole() *Error {
	roots, err := s.tree()
	if err != nil {
		return s.explain(err)
	}
	if len(roots) > 1 {
		return s.errorAt(s.lineOf(roots[1]), errors.New("text after the end of the document's value; put `---` before it, or correct the indentation"))
	}
	return nil
}

// withoutVersion turns a %YAML directive into a comment. The parsers refuse
// every version but 1.1, and they read all text as version 1.1.
func withoutVersion(text []byte) []byte {
	copied := false
	at := 0
	for line := range bytes.Lines(text) {
		if !isFiller(line) && !isDirective(line) {
			break
		}
		if bytes.HasPrefix(line, []byte("%YAML")) {
			if !copied {
				text, copied = bytes.Clone(text), true
			}
			text[at] = '#'
		}
		at += len(line)
	}
	return text
}
