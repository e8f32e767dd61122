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

// Document is a configuration that was read, and is what the schema says.
type Document struct {
	File  string        // "" where there is none
	Value engine.Config // as it stands in the file

	object     manifest.Object
	overridden map[string]bool // the top-level keys that a flag has set
}

// Read reads a file. Every mistake in it is in the error, with its line: nothing in a configuration is ever ignored.
func Read(file string, form schema.Schema) (*Document, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(file, text, form)
}

// Parse reads a text; file is what errors call it.
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

// only gives the one object of a text.
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
		return manifest.Object{}, fmt.Errorf("%s: the configuration is empty: write `apiVersion: %s`", file, APIVersion)
	case 1:
		return found[0], nil
	}
	line, _ := found[1].Position("")
	return manifest.Object{}, fmt.Errorf("%s:%d: a configuration is one document, this is a second", file, line)
}

// Line is the line of the file on which a key stands, or its nearest ancestor's.
func (d *Document) Line(path []string) int {
	line, _ := d.object.Position(field(path))
	return line
}

// problem is one mistake.
type problem struct {
	file string
	line int
	text string
}

func (p problem) Error() string { return fmt.Sprintf("%s:%d: %s", p.file, p.line, p.text) }

// joined gives all problems as one error, in the order of their lines.
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
