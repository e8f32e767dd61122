package check

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// source is one thing to read, as often as it is needed.
type source struct {
	name string // as the user named it
	path string // of the file that holds it
}

// sources are the files of a run, and those of their own that have to go when it ends.
type sources struct {
	all      []source
	failures []sourceError
	spooled  []string
}

type sourceError struct {
	name string
	err  error
}

var extensions = []string{".yaml", ".yml", ".json"}

// find names the files of the paths: a file as it is, of a folder every YAML and JSON file below it, in order of their
// paths. Standard input (`-`) and anything else that can be read but once is copied to a temporary file.
func find(paths []string, stdin io.Reader) *sources {
	found := &sources{}
	for _, path := range paths {
		if err := found.add(path, stdin); err != nil {
			found.failures = append(found.failures, sourceError{path, err})
		}
	}
	return found
}

func (s *sources) add(path string, stdin io.Reader) error {
	if path == "-" {
		return s.spool("<stdin>", stdin)
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return explain(err)
	case info.IsDir():
		return s.walk(path)
	case !info.Mode().IsRegular():
		file, err := os.Open(path)
		if err != nil {
			return explain(err)
		}
		return errors.Join(s.spool(path, file), file.Close())
	}
	s.all = append(s.all, source{path, path})
	return nil
}

// walk follows no symbolic links, which may lead in circles or out of the folder, but for those to files.
func (s *sources) walk(folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			s.failures = append(s.failures, sourceError{path, explain(err)})
			return nil
		}
		if entry.IsDir() || !slices.Contains(extensions, strings.ToLower(filepath.Ext(path))) {
			return nil
		}
		if info, err := os.Stat(path); err != nil {
			s.failures = append(s.failures, sourceError{path, explain(err)})
		} else if info.Mode().IsRegular() {
			s.all = append(s.all, source{path, path})
		}
		return nil
	})
}

func (s *sources) spool(name string, from io.Reader) error {
	file, err := os.CreateTemp("", "winpolicy-*")
	if err != nil {
		return fmt.Errorf("copy it to a temporary file: %w", err)
	}
	s.spooled = append(s.spooled, file.Name())
	_, err = io.Copy(file, from)
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("copy it to a temporary file: %w", err)
	}
	s.all = append(s.all, source{name, file.Name()})
	return nil
}

// close removes the temporary files.
func (s *sources) close() error {
	var problems []error
	for _, path := range s.spooled {
		problems = append(problems, os.Remove(path))
	}
	return errors.Join(problems...)
}

// explain drops the path from an error that will be told beside it.
func explain(err error) error {
	var problem *fs.PathError
	if !errors.As(err, &problem) {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("there is no such file or folder")
	}
	return problem.Err
}
