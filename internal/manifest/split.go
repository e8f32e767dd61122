package manifest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
)

const (
	chunk = 64 << 10
	bom   = "\ufeff"
)

// Documents reads the documents of r one by one. file is their name in errors.
// Each pair holds a document or an *Error. A document over MaxDocument is an
// error, and the documents after it follow. A failed read or a UTF-16 file is
// an error that ends the sequence.
//
// Every `---` at the start of a line begins a document, so the last document
// may be empty. No empty document precedes the first `---` of a file, or a
// `---` after only comments or directives since a `...` line. An empty file has
// no document.
func Documents(r io.Reader, file string) iter.Seq2[Document, error] {
	return func(yield func(Document, error) bool) {
		s := &splitter{in: bufio.NewReaderSize(r, chunk), file: file, yield: yield}
		s.run()
	}
}

// splitter collects the lines of the current document.
type splitter struct {
	in    *bufio.Reader
	file  string
	yield func(Document, error) bool

	index int
	line  int // of the line being read
	first int // line on which buf begins, 0 for none
	mark  int // line of the last `---`
	buf   []byte
	open  bool // a `---` or content was seen: the next `---` ends the document
	over  bool // the document is too large and is being skipped
}

func (s *splitter) run() {
	if head, _ := s.in.Peek(2); string(head) == "\xff\xfe" || string(head) == "\xfe\xff" {
		s.line = 1
		s.fail(1, errors.New("the file is UTF-16; save it as UTF-8"))
		return
	}
	start := true
	for {
		part, err := s.in.ReadSlice('\n')
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			s.fail(s.line+1, fmt.Errorf("the file cannot be read: %w", err))
			return
		}
		if start && len(part) > 0 {
			s.line++
			if !s.startLine(part) {
				return
			}
		} else {
			s.add(part)
		}
		if errors.Is(err, io.EOF) {
			s.finish()
			return
		}
		start = err == nil
	}
}

// startLine adds a line, or the part of it that fits the buffer.
func (s *splitter) startLine(part []byte) bool {
	bare := bytes.TrimPrefix(part, []byte(bom))
	switch {
	case isMarker(bare, "---"):
		return s.separator(bare)
	case isMarker(bare, "...") && isFiller(bare[3:]):
		more := s.finish()
		s.open = false
		return more
	case s.first == 0 && !s.over:
		part = bare
	}
	s.open = s.open || !(isFiller(part) || isDirective(part))
	s.add(part)
	return true
}

// separator ends the document before a `---` line and begins the next.
func (s *splitter) separator(line []byte) bool {
	var directives []byte
	first := s.first
	if s.open {
		cut := directivesAt(s.buf)
		directives = bytes.Clone(s.buf[cut:])
		first += bytes.Count(s.buf[:cut], []byte("\n"))
		s.buf = s.buf[:cut]
		if !s.finish() {
			return false
		}
	}
	s.open, s.mark = true, s.line
	if len(directives) > 0 {
		s.buf, s.first = directives, first
	}
	if len(s.buf) > 0 || len(bytes.TrimSpace(line)) > len("---") {
		s.add(line)
	}
	return true
}

// add appends a part of a line to the document unless the document is too large.
func (s *splitter) add(part []byte) {
	if len(part) == 0 {
		return
	}
	if s.first == 0 {
		s.first = s.line
	}
	if s.over || len(s.buf)+len(part) > MaxDocument {
		s.over, s.buf = true, nil
		return
	}
	s.buf = append(s.buf, part...)
}

// finish yields the current document if there is one.
func (s *splitter) finish() bool {
	if !s.open && s.first == 0 {
		return true
	}
	first := s.first
	if first == 0 {
		first = s.mark
	}
	var more bool
	if s.over {
		more = s.fail(first, fmt.Errorf("the document is larger than %d MiB; split it", MaxDocument>>20))
	} else {
		more = s.yield(Document{File: s.file, Index: s.index, Line: first, Raw: s.buf}, nil)
	}
	s.index++
	s.first, s.buf, s.over = 0, nil, false
	return more
}

func (s *splitter) fail(line int, err error) bool {
	return s.yield(Document{}, &Error{File: s.file, Document: s.index, Line: line, Err: err})
}

// isMarker reports whether a line begins with `---` or `...` as a whole word.
func isMarker(line []byte, marker string) bool {
	if !bytes.HasPrefix(line, []byte(marker)) {
		return false
	}
	return len(line) == len(marker) || bytes.IndexByte([]byte(" \t\r\n"), line[len(marker)]) >= 0
}

// isFiller reports whether a line is blank or a comment.
func isFiller(line []byte) bool {
	text := bytes.TrimLeft(line, " \t\r\n")
	return len(text) == 0 && len(line) < chunk || len(text) > 0 && text[0] == '#'
}

func isDirective(line []byte) bool {
	return bytes.HasPrefix(line, []byte("%YAML")) || bytes.HasPrefix(line, []byte("%TAG"))
}

// directivesAt returns the offset of the directives at the end of a document,
// which belong to the next document.
func directivesAt(text []byte) int {
	cut := len(text)
	for end := len(text); end > 0; {
		start := bytes.LastIndexByte(text[:end-1], '\n') + 1
		if isDirective(text[start:end]) {
			cut = start
		} else if !isFiller(text[start:end]) {
			break
		}
		end = start
	}
	return cut
}
