package check

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"
	ignore "github.com/sabhiram/go-gitignore"

	"winpolicy/internal/files"
	"winpolicy/internal/report"
)

var extensions = []string{".yaml", ".yml", ".json"}

// finder adds the files of paths to an input.
type finder struct {
	input    *Input
	stdin    io.Reader
	excluded []excluded
	changed  map[string]bool // the files that are reported, by their real paths; nil reports all
	config   string          // the real path of the configuration in force
	configs  []string        // the names of configurations
	seen     map[string]bool // real paths
}

// excluded are compiled patterns for what is below a folder.
type excluded struct {
	folder   string // absolute
	patterns *ignore.GitIgnore
}

func newFinder(ctx context.Context, options Options) (*finder, error) {
	made := &finder{
		input: &Input{namespace: options.Namespace}, stdin: options.Stdin,
		config: realPath(options.Config), configs: options.Configs, seen: map[string]bool{},
	}
	for _, one := range options.Exclude {
		folder, err := filepath.Abs(one.Folder)
		if err != nil {
			return nil, err
		}
		made.excluded = append(made.excluded, excluded{folder, ignore.CompileIgnoreLines(one.Patterns...)})
	}
	if options.Changed == "" {
		return made, nil
	}
	var err error
	made.changed, err = changedSince(ctx, options.Changed)
	return made, err
}

func (f *finder) add(ctx context.Context, path string) error {
	if path == "-" {
		return f.input.keep("<stdin>", files.Interruptible(ctx, func() (io.ReadCloser, error) { return io.NopCloser(f.stdin), nil }))
	}
	info, err := os.Stat(path)
	switch {
	case err != nil && strings.ContainsAny(path, "*?[{"): // for Windows, `*` is no missing file but a bad name
		return f.glob(ctx, path)
	case err != nil:
		return withoutPath(err)
	case info.IsDir():
		return f.walk(path)
	case info.Mode().IsRegular():
		f.addFile(path)
		return nil
	case info.Mode()&os.ModeNamedPipe != 0:
		return f.input.keep(path, files.Interruptible(ctx, func() (io.ReadCloser, error) { return os.Open(path) }))
	case path == "/dev/stdin":
		return f.add(ctx, "-")
	}
	return errors.New("neither a file, a folder nor a pipe; name one of these")
}

// glob adds what a pattern matches. Shells of Windows leave patterns to the program.
func (f *finder) glob(ctx context.Context, pattern string) error {
	matches, err := doublestar.FilepathGlob(pattern)
	if err != nil {
		return fmt.Errorf("not a glob: %w", err)
	}
	if len(matches) == 0 {
		return errors.New("the pattern matches no file or folder")
	}
	for _, path := range matches {
		if err := f.add(ctx, path); err != nil {
			f.fail(path, err)
		}
	}
	return nil
}

// walk does not follow symbolic links to folders, because they may form a circle or leave the folder. The folder that the
// user names is read even if it is hidden.
func (f *finder) walk(folder string) error {
	return filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			f.fail(path, withoutPath(err))
			return nil
		}
		if entry.IsDir() {
			return f.enter(path, path == folder)
		}
		if !slices.Contains(extensions, strings.ToLower(filepath.Ext(path))) {
			return nil
		}
		if info, err := os.Stat(path); err != nil {
			f.fail(path, withoutPath(err))
		} else if info.Mode().IsRegular() {
			f.addFile(path)
		}
		return nil
	})
}

// enter says whether a folder is read.
func (f *finder) enter(path string, named bool) error {
	name := filepath.Base(path)
	if !named && (name == "node_modules" || strings.HasPrefix(name, ".") && name != "." && name != "..") || f.isExcluded(path) {
		return fs.SkipDir
	}
	slashed := filepath.ToSlash(path)
	if has(path, "Chart.yaml") {
		f.tell("chart", slashed, "this is a Helm chart, and is not judged; run `helm template %s | winpolicy check -`", slashed)
		return fs.SkipDir
	}
	if has(path, "kustomization.yaml") || has(path, "kustomization.yml") || has(path, "Kustomization") {
		f.tell("kustomization", slashed, "this is a kustomization, and its files are judged as they are; run `kubectl kustomize %s | winpolicy check -` for its result", slashed)
	}
	return nil
}

func has(folder, name string) bool {
	info, err := os.Stat(filepath.Join(folder, name))
	return err == nil && info.Mode().IsRegular()
}

func (f *finder) isExcluded(path string) bool {
	absolute, err := filepath.Abs(path)
	if err != nil {
		return false
	}
	return slices.ContainsFunc(f.excluded, func(one excluded) bool {
		relative, err := filepath.Rel(one.folder, absolute)
		return err == nil && filepath.IsLocal(relative) && one.patterns.MatchesPath(filepath.ToSlash(relative))
	})
}

// addFile adds a file once, whatever the paths by which the user names it.
func (f *finder) addFile(path string) {
	if f.isExcluded(path) {
		return
	}
	real := realPath(path)
	if f.seen[real] {
		return
	}
	f.seen[real] = true
	if slices.Contains(f.configs, filepath.Base(path)) {
		if real != f.config {
			f.tell("configuration", filepath.ToSlash(path), "this configuration is not in force; name it with --config, or call it %s in this folder or one above", f.configs[0])
		}
		return
	}
	f.input.sources = append(f.input.sources, source{
		name: filepath.ToSlash(path), path: path, quiet: f.changed != nil && !f.changed[real],
		open: func() (io.ReadCloser, error) { return os.Open(path) },
	})
}

func (f *finder) fail(name string, err error) {
	f.input.failures = append(f.input.failures, report.Error{File: filepath.ToSlash(name), Message: err.Error()})
}

func (f *finder) tell(kind, file, format string, arguments ...any) {
	f.input.diagnostics = append(f.input.diagnostics, report.Diagnostic{Kind: kind, File: file, Message: fmt.Sprintf(format, arguments...)})
}
