package config

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
)

// Document is a configuration that matches the schema.
type Document struct {
	File  string        // "" if the values come only from flags
	Value engine.Config // the content of the file

	object     manifest.Object
	overridden []string // the top-level keys that flags set
}

// Line returns the line of a key in the file. For a key that is not there it is the line of its nearest ancestor.
func (d *Document) Line(path []string) int {
	line, _ := d.object.Position(field(path))
	return line
}

// problem is one mistake in a file.
type problem struct {
	file string
	line int
	text string
}

func (p problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.file, p.line, p.text) }

// joined returns all problems as one error, in the order of their lines.
func joined(problems []problem) error {
	slices.SortFunc(problems, func(a, b problem) int {
		return cmp.Or(cmp.Compare(a.line, b.line), cmp.Compare(a.text, b.text))
	})
	all := make([]error, len(problems))
	for i, one := range problems {
		all[i] = one
	}
	return errors.Join(all...)
}
