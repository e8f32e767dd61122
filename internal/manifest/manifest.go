// Package manifest reads files of Kubernetes manifests, in three steps.
// Documents splits a stream into documents. Document.Inputs returns the
// objects that kubectl would send, and Document.Objects the same objects as
// plain values. Their method Position returns the line and the column of a
// field in the file.
//
// Only one document at a time is in memory.
//
// A line ends with a line feed; a carriage return before the line feed belongs
// to it. Lines and columns count from 1. Columns count Unicode code points
// without a byte order mark.
package manifest

import (
	"fmt"
	"sync"

	"github.com/open-policy-agent/opa/v1/ast"
	"go.yaml.in/yaml/v3"
)

const (
	// MaxDocument is the largest size of a document in bytes.
	MaxDocument = 8 << 20
	// MaxDepth is the largest number of nested maps and lists in a document.
	MaxDepth = 500
)

// errDeep is the error of a document that is nested deeper than MaxDepth.
var errDeep = fmt.Errorf("nested deeper than %d levels", MaxDepth)

// Document is the text of one YAML document, or of the JSON values between
// two separators, and its place in the file.
type Document struct {
	File  string // as the user wrote it
	Index int    // counts from 0 in the file, empty documents included
	Line  int    // the line of the file on which Raw begins, from 1

	// Raw is the text without a byte order mark. It includes the `---` line
	// only if that line holds more than the dashes, or if comments or
	// directives of the document precede it.
	Raw []byte
}

// Input is one Kubernetes object as the rules read it: a document, an item of a
// List in it, or one of several JSON values. Every map is an object here; the
// caller checks whether it has a kind and an apiVersion.
type Input struct {
	// Document is the document of the object. It is nil for an object that was
	// not read from text.
	Document *Document
	Value    ast.Object

	origin
}

// Object is an input with the value that encoding/json would decode.
type Object struct {
	// Document is the document of the object. It is nil for an object that was
	// not read from text.
	Document *Document
	// Value holds JSON values as encoding/json decodes them with UseNumber.
	Value map[string]any

	origin
}

// origin is where an object is in its document.
type origin struct {
	source *source
	root   int
	path   []string
}

// Error is a mistake in one document or in one item of a list, or a file that
// cannot be read.
type Error struct {
	File     string // as the user wrote it
	Document int    // the document's Index
	Line     int    // the line of the file, from 1
	Err      error  // what is wrong, and the repair
}

// Error returns the text `file:line: what is wrong`.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err)
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// source is a document and its tree of positions, which its objects share.
type source struct {
	Document
	text   []byte // Raw in the form that the YAML parsers take
	isJSON bool

	value *ast.Term // what fast read, nil if it was not sure
	again []Again   // keys that are written twice
	once  sync.Once
	roots []*yaml.Node
	lines []int
	err   error
}

// Again is a key that its map has already. The last one counts.
type Again struct {
	Key  string
	Line int // of the file
}

// Again returns the keys of the document of the object that are written twice.
// It knows none of JSON, and none of texts that only kubectl's parser can read.
func (i Input) Again() []Again {
	if i.source == nil {
		return nil
	}
	return i.source.again
}

// errorAt returns an Error for a line counted from 1 within the document.
func (s *source) errorAt(line int, err error) *Error {
	return &Error{File: s.File, Document: s.Index, Line: s.Line + max(line, 1) - 1, Err: err}
}
