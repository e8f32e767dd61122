// Package manifest reads files of Kubernetes manifests: it splits a stream
// into documents, turns a document into the objects kubectl would send, and
// says on which line and column of the file a field of an object stands.
//
// The three steps are Documents, Document.Objects and Object.Position. Each
// costs only what it is asked for: a stream is held one document at a time,
// and positions are worked out when the first one is wanted.
//
// A line ends with a line feed (a carriage return before it belongs to the
// line end). Lines and columns count from 1, columns in Unicode code points,
// a byte order mark not counted.
package manifest

import (
	"fmt"
	"sync"

	"go.yaml.in/yaml/v3"
)

const (
	// MaxDocument is the size in bytes above which a document is refused.
	MaxDocument = 8 << 20
	// MaxDepth is the number of nested maps and lists above which a document
	// is refused.
	MaxDepth = 500
)

// errDeep refuses values below MaxDepth.
var errDeep = fmt.Errorf("nested deeper than %d levels", MaxDepth)

// Document is the text of one YAML document, or of the JSON values between
// two separators, and where it stands.
type Document struct {
	File  string // as the user named it
	Index int    // counts from 0 within the file, empty documents too
	Line  int    // the line of the file on which Raw begins, from 1

	// Raw is the text without byte order mark. Its `---` line is part of it
	// only where that line holds more than the dashes, or where comments or
	// directives of the document precede it.
	Raw []byte
}

// Object is one Kubernetes object: a document, an item of a List in it, or
// one of several JSON values. Any map counts as an object here, whether it
// has kind and apiVersion is for the caller to judge.
type Object struct {
	// Document is the one the object was read from.
	Document *Document
	// Value holds JSON values as encoding/json gives them with UseNumber.
	Value map[string]any

	source *source
	root   int
	path   []string
}

// Error is a fault of the input: of one document, of one item of a list, or
// of reading the file.
type Error struct {
	File     string // as the user named it
	Document int    // the document's Index
	Line     int    // the line of the file, from 1
	Err      error  // what is wrong and what to do about it
}

// Error gives the text `file:line: what is wrong`.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// source is a document shared by its objects, with its tree of positions.
type source struct {
	Document
	text   []byte // Raw as the YAML parsers are to see it
	isJSON bool

	once  sync.Once
	roots []*yaml.Node
	lines []int
	err   error
}

// errorAt makes an Error for a line counted from 1 within the document.
func (s *source) errorAt(line int, err error) *Error {
	return &Error{File: s.File, Document: s.Index, Line: s.Line + max(line, 1) - 1, Err: err}
}
