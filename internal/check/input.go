package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"winpolicy/internal/files"
	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

const (
	// maxHeld is how many bytes of standard input stay in memory. The rest of a longer input goes to a temporary file.
	maxHeld = manifest.MaxDocument
	// maxKept is how many bytes of an input that can be read only once are kept. It may have no end.
	maxKept = 2 << 30
)

var errEndless = fmt.Errorf("more than %d GiB from a pipe; write it to a file, and name the file", maxKept>>30)

// Input is the manifests of a run. They can be read more than once.
type Input struct {
	sources   []source
	failures  []report.Error
	temporary []string // files to remove
	edits     bool     // whether violations have edits
}

// maxEdited is the size of the largest document whose violations have edits. Each edit reads the document anew, so a list of
// thousands of objects would take minutes.
const maxEdited = 256 << 10

// WithEdits makes Judge report the edits of each violation that has a fix.
func (in *Input) WithEdits() { in.edits = true }

// source is one file, or what was read from a pipe.
type source struct {
	name string // as the user wrote it
	path string // of the file; "" for what was read from a pipe
	open func() (io.ReadCloser, error)
}

// File is one file of the input, or what was read from a pipe.
type File struct {
	Name string // as the user wrote it
	Path string // "" for what was read from a pipe
	Open func() (io.ReadCloser, error)
}

// Files yields the files of the input in their order.
func (in *Input) Files() iter.Seq[File] {
	return func(yield func(File) bool) {
		for _, one := range in.sources {
			if !yield(File{one.name, one.path, one.open}) {
				return
			}
		}
	}
}

// Failures returns the paths that cannot be read.
func (in *Input) Failures() []report.Error { return in.failures }

var extensions = []string{".yaml", ".yml", ".json"}

// Open finds the files of the paths. A file is taken as it is. A folder stands for all YAML and JSON files below it, in
// the order of their paths. "-" is standard input, which is read here, as is every other input that can be read only
// once. A path that cannot be read becomes an error of the report. Reading a pipe ends with the context. The caller closes
// the input.
func Open(ctx context.Context, paths []string, stdin io.Reader) *Input {
	input := &Input{}
	for _, path := range paths {
		if err := input.add(ctx, path, stdin); err != nil {
			input.fail(path, err)
		}
	}
	return input
}

// Close removes the temporary files of the input.
func (in *Input) Close() error {
	var problems []error
	for _, path := range in.temporary {
		problems = append(problems, os.Remove(path))
	}
	return errors.Join(problems...)
}

func (in *Input) add(ctx context.Context, path string, stdin io.Reader) error {
	if path == "-" {
		return in.keep("<stdin>", files.Interruptible(ctx, func() (io.ReadCloser, error) { return io.NopCloser(stdin), nil }))
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return withoutPath(err)
	case info.IsDir():
		return in.walk(path)
	case info.Mode().IsRegular():
		in.addFile(path)
		return nil
	case info.Mode()&os.ModeNamedPipe != 0:
		return in.keep(path, files.Interruptible(ctx, func() (io.ReadCloser, error) { return os.Open(path) }))
	case path == "/dev/stdin":
		return in.add(ctx, "-", stdin)
	}
	return errors.New("neither a file, a folder nor a pipe; name one of these")
}

// walk does not follow symbolic links to folders, because they may form a circle or leave the folder.
func (in *Input) walk(folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			in.fail(path, withoutPath(err))
			return nil
		}
		if entry.IsDir() || !slices.Contains(extensions, strings.ToLower(filepath.Ext(path))) {
			return nil
		}
		if info, err := os.Stat(path); err != nil {
			in.fail(path, withoutPath(err))
		} else if info.Mode().IsRegular() {
			in.addFile(path)
		}
		return nil
	})
}

// keep reads an input that can be read only once.
func (in *Input) keep(name string, from io.Reader) error {
	var held bytes.Buffer
	_, err := io.CopyN(&held, from, maxHeld)
	if errors.Is(err, io.EOF) {
		text := held.Bytes()
		in.sources = append(in.sources, source{name: name, open: func() (io.ReadCloser, error) {
			return io.NopCloser(bytes.NewReader(text)), nil
		}})
		return nil
	}
	if err != nil {
		return withoutPath(err)
	}
	return in.spool(name, io.MultiReader(&held, from))
}

func (in *Input) spool(name string, from io.Reader) error {
	file, err := os.CreateTemp("", "winpolicy-*")
	if err != nil {
		return fmt.Errorf("copy it to a temporary file: %w", err)
	}
	in.temporary = append(in.temporary, file.Name())
	kept, err := io.Copy(file, io.LimitReader(from, maxKept+1))
	if kept > maxKept {
		err = errEndless
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("copy it to a temporary file: %w", err)
	}
	in.sources = append(in.sources, source{name: name, open: func() (io.ReadCloser, error) { return os.Open(file.Name()) }})
	return nil
}

func (in *Input) addFile(path string) {
	in.sources = append(in.sources, source{path, path, func() (io.ReadCloser, error) { return os.Open(path) }})
}

func (in *Input) fail(name string, err error) {
	in.failures = append(in.failures, report.Error{File: name, Message: err.Error()})
}

// documents yields the documents of some sources, and an error if a source cannot be read to its end.
func documents(sources []source) func(func(manifest.Document, error) bool) {
	return func(yield func(manifest.Document, error) bool) {
		for _, one := range sources {
			if !one.documents(yield) {
				return
			}
		}
	}
}

func (s source) documents(yield func(manifest.Document, error) bool) bool {
	reader, err := s.open()
	if err != nil {
		return yield(manifest.Document{}, &manifest.Error{File: s.name, Err: withoutPath(err)})
	}
	defer reader.Close()
	for document, err := range manifest.Documents(reader, s.name) {
		if !yield(document, err) {
			return false
		}
	}
	return true
}

// withoutPath drops the path from an error, because the report prints it beside the error.
func withoutPath(err error) error {
	var problem *fs.PathError
	if !errors.As(err, &problem) {
		return err
	}
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("there is no such file or folder")
	}
	return problem.Err
}
