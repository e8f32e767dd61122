package check

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"winpolicy/internal/manifest"
)

const (
	// maxHeld is how many bytes of standard input stay in memory. The rest of a longer input goes to a temporary file.
	maxHeld = manifest.MaxDocument
	// maxKept is how many bytes of an input that can be read only once are kept. It may have no end.
	maxKept = 2 << 30
)

var errEndless = fmt.Errorf("more than %d GiB from a pipe; write it to a file, and name the file", maxKept>>30)

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
