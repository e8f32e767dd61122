package files

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// Generated are the files of a project that are made from a source and checked in.
type Generated struct {
	Root    string            // the project's folder
	Content map[string][]byte // by slash-separated path below Root
	// Headers gives, for each generated folder, the first line of a generated file there. A file with that header that is
	// not in Content has lost its source.
	Headers map[string]string
	Flat    bool // whether folders in those of Headers belong to others
}

// Check returns an error for each file that is missing, that differs from Content, or that has lost its source.
func (g Generated) Check() error {
	present, err := g.present()
	if err != nil {
		return err
	}
	var problems []error
	for _, path := range slices.Sorted(maps.Keys(g.Content)) {
		switch found, ok := present[path]; {
		case !ok:
			problems = append(problems, fmt.Errorf("%s is missing", filepath.Join(g.Root, path)))
		case !bytes.Equal(found, g.Content[path]):
			problems = append(problems, fmt.Errorf("%s differs from its source", filepath.Join(g.Root, path)))
		}
	}
	for _, path := range slices.Sorted(maps.Keys(present)) {
		if _, ok := g.Content[path]; !ok {
			problems = append(problems, fmt.Errorf("%s has no source any more", filepath.Join(g.Root, path)))
		}
	}
	return errors.Join(problems...)
}

// Write writes Content, each file whole or not at all, and removes the files that have lost their source. It stops between
// two files when the context ends.
func (g Generated) Write(ctx context.Context) error {
	present, err := g.present()
	if err != nil {
		return err
	}
	for _, path := range slices.Sorted(maps.Keys(g.Content)) {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := Write(filepath.Join(g.Root, path), g.Content[path]); err != nil {
			return err
		}
	}
	for path := range present {
		if _, ok := g.Content[path]; !ok {
			if err := os.Remove(filepath.Join(g.Root, path)); err != nil {
				return err
			}
		}
	}
	return nil
}

// present reads the files of Content that exist, and every other file with a header of Headers. It ignores the rest.
func (g Generated) present() (map[string][]byte, error) {
	present := map[string][]byte{}
	for path := range g.Content {
		text, err := os.ReadFile(filepath.Join(g.Root, path))
		if err == nil {
			present[path] = text
		} else if !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
	}
	var problems []error
	for folder, header := range g.Headers {
		problems = append(problems, g.addMarked(present, folder, header))
	}
	return present, errors.Join(problems...)
}

// addMarked adds the files of a folder that begin with the header.
func (g Generated) addMarked(present map[string][]byte, folder, header string) error {
	root := filepath.Join(g.Root, folder)
	return filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) && path == root {
			return nil
		}
		if err == nil && g.Flat && entry.IsDir() && path != root {
			return fs.SkipDir
		}
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && bytes.HasPrefix(text, []byte(header)) {
			relative, _ := filepath.Rel(g.Root, path)
			present[filepath.ToSlash(relative)] = text
		}
		return err
	})
}
