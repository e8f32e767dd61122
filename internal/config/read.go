package config

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"winpolicy/internal/manifest"
	"winpolicy/internal/schema"
)

// Read reads a file. The error holds every mistake in the file, each with its line, because no key is ever ignored.
func Read(file string, form schema.Schema) (*Document, error) {
	text, err := content(file)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(file, text, form)
}

// maxSize is the largest size of a configuration in bytes.
const maxSize = 4 << 20

// content reads a regular file, or the one that a link leads to. A pipe or a device might have no end.
func content(file string) ([]byte, error) {
	info, err := os.Stat(file)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", file)
	}
	opened, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer opened.Close()
	text, err := io.ReadAll(io.LimitReader(opened, maxSize+1))
	if err == nil && len(text) > maxSize {
		err = fmt.Errorf("%s is larger than %d MiB", file, maxSize>>20)
	}
	return text, err
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
