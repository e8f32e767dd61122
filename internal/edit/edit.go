// Package edit applies the fixes of findings to the text of a document. It changes only the lines that a fix changes.
// Comments, the order of keys, quotes, the indentation of lists and line ends stay. What it returns is checked: it reads
// as the object after the fix, and all other objects of the document read as before.
package edit

import (
	"errors"
	"fmt"

	"winpolicy/internal/finding"
)

// ErrRefused is the error of a fix that the text cannot take. The message says why.
var ErrRefused = errors.New("the text cannot be edited safely")

// Edit is the fix of one object of a document.
type Edit struct {
	Root       int      // the index of the object's top-level value in the document
	Path       []string // the keys and indexes from this value to the object
	Operations []finding.Operation
}

func refuse(format string, arguments ...any) error {
	return fmt.Errorf("%w: %s", ErrRefused, fmt.Sprintf(format, arguments...))
}
