package check

import (
	"errors"
	"io"
	"io/fs"
	"iter"
	"os"

	"winpolicy/internal/manifest"
	"winpolicy/internal/report"
)

// Input is the manifests of a run. They can be read more than once.
type Input struct {
	sources     []source
	failures    []report.Error
	diagnostics []report.Diagnostic
	temporary   []string // files to remove

	edits     bool     // whether violations have edits
	text      bool     // whether violations have the line of the file
	ignores   *Ignores // nil if manifests can ignore nothing
	adjusts   []func(*report.Report)
	namespace string          // of objects that name none; "" leaves them without one
	kinds     map[string]bool // that some rule judges; nil if nobody has told
}

// Options say which files the paths stand for.
type Options struct {
	// Exclude are files and folders to pass over.
	Exclude []Exclusion
	// Changed is a git ref. Only files that differ from it are reported; the others are only known. "" reports all.
	Changed string
	// Namespace is that of objects that name none, as kubectl takes it.
	Namespace string
	// Config is the configuration in force, which is no manifest; "" if there is none.
	Config string
	// Configs are the names of configurations, which are no manifests. The first one is the right one.
	Configs []string
	// Stdin is what the path "-" reads.
	Stdin io.Reader
}

// Exclusion is patterns in the syntax of .gitignore, for what is below a folder.
type Exclusion struct {
	Folder   string
	Patterns []string
}

// maxEdited is the size of the largest document whose violations have edits. Each edit reads the document anew, so a list of
// thousands of objects would take minutes.
const maxEdited = 256 << 10

// WithEdits makes Judge report the edits of each violation that has a fix.
func (in *Input) WithEdits() { in.edits = true }

// WithIgnores makes Judge honour the comments and annotations by which a manifest ignores rules.
func (in *Input) WithIgnores(ignores *Ignores) { in.ignores = ignores }

// Adjust makes Judge hand each report to a function before it is counted and written, in the order of the documents.
func (in *Input) Adjust(adjust func(*report.Report)) { in.adjusts = append(in.adjusts, adjust) }

// WithText makes Judge report the line of the file of each violation.
func (in *Input) WithText() { in.text = true }

// source is one file, or what was read from a pipe.
type source struct {
	name  string // as the user wrote it
	path  string // of the file; "" for what was read from a pipe
	quiet bool   // whether its objects are known and not reported
	open  func() (io.ReadCloser, error)
}

// File is one file of the input, or what was read from a pipe.
type File struct {
	Name string // as the user wrote it
	Path string // "" for what was read from a pipe
	Open func() (io.ReadCloser, error)
}

// Files yields the files of the input that are reported, in their order.
func (in *Input) Files() iter.Seq[File] {
	return func(yield func(File) bool) {
		for _, one := range in.sources {
			if !one.quiet && !yield(File{one.name, one.path, one.open}) {
				return
			}
		}
	}
}

// Diagnostics returns what is no finding and no error, for example a Helm chart that is not judged.
func (in *Input) Diagnostics() []report.Diagnostic { return in.diagnostics }

// Failures returns the paths that cannot be read.
func (in *Input) Failures() []report.Error { return in.failures }

// Close removes the temporary files of the input.
func (in *Input) Close() error {
	var problems []error
	for _, path := range in.temporary {
		problems = append(problems, os.Remove(path))
	}
	return errors.Join(problems...)
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
