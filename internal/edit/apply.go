package edit

import (
	"fmt"
	"reflect"
	"sync"

	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
)

// Original is a document that is read once, however many edits are tried on it.
type Original struct {
	document manifest.Document
	read     func() (*manifest.Tree, error)
}

// Of returns the original of a document. It is read when an edit is tried.
func Of(document manifest.Document) *Original {
	return &Original{document, sync.OnceValues(document.Tree)}
}

// OfInput returns the original of the document of an object that was read from text. It shares what the object was read from.
func OfInput(input manifest.Input) *Original {
	return &Original{*input.Document, sync.OnceValues(input.Tree)}
}

// Apply returns the text of the document after the edits, and why each edit was refused: nil for those that were applied.
// An edit is applied whole or not at all. The edits must be of different objects.
func (o *Original) Apply(edits []Edit) ([]byte, []error) {
	text, err := o.attempt(edits, first)
	if err == nil {
		return text, make([]error, len(edits))
	}
	if len(edits) == 1 {
		return o.alone(edits[0], err)
	}
	half := len(edits) / 2
	text, refused := o.Apply(edits[:half])
	rest := o.document
	rest.Raw = text
	text, more := Of(rest).Apply(edits[half:])
	return text, append(refused, more...)
}

// alone tries the other places for new keys. It returns the error of the first place if none is right.
func (o *Original) alone(edit Edit, err error) ([]byte, []error) {
	for _, where := range []place{last, beforeLast} {
		if text, err := o.attempt([]Edit{edit}, where); err == nil {
			return text, []error{nil}
		}
	}
	return o.document.Raw, []error{err}
}

// attempt applies all edits or returns an error. Each edit has its next operation applied in the same pass, because every
// pass parses the text.
func (o *Original) attempt(edits []Edit, where place) ([]byte, error) {
	document := o.document
	read, err := o.read()
	if err != nil {
		return nil, err
	}
	want, err := patched(read.Values, edits)
	if err != nil {
		return nil, err
	}
	changes := make([][]finding.Operation, len(edits))
	passes := 0
	for i, edit := range edits {
		changes[i] = withoutTests(edit.Operations) // patched has made the tests
		passes = max(passes, len(changes[i]))
	}
	for pass := range passes {
		at, err := newPage(document.Raw, read, where)
		if err != nil {
			return nil, err
		}
		var cuts []cut
		for i, edit := range edits {
			if pass >= len(changes[i]) {
				continue
			}
			made, err := at.edit(edit, changes[i][pass])
			if err != nil {
				return nil, err
			}
			cuts = append(cuts, made...)
		}
		if document.Raw, err = cutAll(document.Raw, cuts); err != nil {
			return nil, err
		}
		if read, err = document.Tree(); err != nil {
			return nil, fmt.Errorf("%w: the result cannot be read", ErrRefused)
		}
	}
	return document.Raw, verify(want, read.Values)
}

// verify compares the values of the edited text with those that the operations give.
func verify(want, got []any) error {
	if !reflect.DeepEqual(want, got) {
		return fmt.Errorf("%w: the result would read differently", ErrRefused)
	}
	return nil
}
