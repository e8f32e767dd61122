package check

import (
	"bytes"
	"context"
	"io"
)

// Open finds the files of the paths. A file is taken as it is. A folder stands for all YAML and JSON files below it, in
// the order of their paths, without hidden folders, node_modules and Helm charts. A path with *, ?, [ or { that is no file
// is a glob; ** is any number of folders. "-" is standard input, which is read here, as is every other input that can be
// read only once. A path that cannot be read becomes an error of the report. Reading a pipe ends with the context. The
// caller closes the input. An error is about the options.
func Open(ctx context.Context, paths []string, options Options) (*Input, error) {
	finder, err := newFinder(ctx, options)
	if err != nil {
		return nil, err
	}
	for _, path := range paths {
		if err := finder.add(ctx, path); err != nil {
			finder.fail(path, err)
		}
	}
	return finder.input, nil
}

// OfText returns an input that has one file with a name and a text. It needs no closing.
func OfText(name string, text []byte) *Input {
	return &Input{sources: []source{{name: name, open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(text)), nil }}}}
}
