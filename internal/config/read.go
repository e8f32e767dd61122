package config

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"

	"winpolicy/internal/engine"
	"winpolicy/internal/manifest"
	"winpolicy/internal/schema"
)

// Document is a configuration that matches the schema.
type Document struct {
	File  string        // "" if the values come only from flags
	Value engine.Config // the content of the file

	object     manifest.Object
	overridden []string // the top-level keys that flags set
}

// Read reads a file. The error holds every mistake in the file, each with its line, because no key is ever ignored.
func Read(file string, form schema.Schema) (*Document, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(file, text, form)
}

// Parse reads a text. file is its name in errors.
func Parse(file string, text []byte, form schema.Schema) (*Document, error) {
	object, err := only(file, text)
	if err != nil {
		return nil, err
	}
	document := &Document{File: file, Value: object.Value, object: object}
	problems := ambiguous(file, object.Document)
	if len(problems) == 0 {
		problems, err = document.validate(form)
		if err != nil {
			return nil, err
		}
		problems = append(problems, document.duplicates()...)
	}
	if len(problems) > 0 {
		return nil, joined(problems)
	}
	return document, nil
}

// only returns the one object of a text.
func only(file string, text []byte) (manifest.Object, error) {
	var found []manifest.Object
	for document, err := range manifest.Documents(bytes.NewReader(text), file) {
		if err != nil {
			return manifest.Object{}, err
		}
		objects, faults := document.Objects()
		if len(faults) > 0 {
			return manifest.Object{}, faults[0]
		}
		found = append(found, objects...)
	}
	switch len(found) {
	case 0:
		return manifest.Object{}, fmt.Errorf("%s: the configuration is empty; write `apiVersion: %s`", file, APIVersion)
	case 1:
		return found[0], nil
	}
	line, _ := found[1].Position("")
	return manifest.Object{}, fmt.Errorf("%s:%d: a second document begins here, but a configuration is one document; remove one", file, line)
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
