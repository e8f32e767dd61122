package files_test

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/files"
)

func opened(r io.Reader) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(r), nil }
}

func TestInterruptible_ReadsEverything(t *testing.T) {
	text := strings.Repeat("0123456789", 20000)
	for name, from := range map[string]io.Reader{
		"at once":               strings.NewReader(text),
		"byte by byte":          iotest.OneByteReader(strings.NewReader(text[:2000])),
		"the end with the data": iotest.DataErrReader(strings.NewReader(text)),
	} {
		t.Run(name, func(t *testing.T) {
			got, err := io.ReadAll(files.Interruptible(t.Context(), opened(from)))
			require.NoError(t, err)
			require.True(t, strings.HasPrefix(text, string(got)))
			require.GreaterOrEqual(t, len(got), 2000)
		})
	}
}

func TestInterruptible_GivesEachError(t *testing.T) {
	broken := errors.New("broken")
	_, err := io.ReadAll(files.Interruptible(t.Context(), opened(iotest.ErrReader(broken))))
	require.ErrorIs(t, err, broken)
	_, err = io.ReadAll(files.Interruptible(t.Context(), func() (io.ReadCloser, error) { return nil, broken }))
	require.ErrorIs(t, err, broken)
}

// Neither opening nor reading ever returns here.
func TestInterruptible_EndsWithTheContext(t *testing.T) {
	stopped := errors.New("stopped")
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	silent, writer := io.Pipe()
	t.Cleanup(func() { require.NoError(t, writer.Close()) })
	for name, open := range map[string]func() (io.ReadCloser, error){
		"opening": func() (io.ReadCloser, error) { <-never; return nil, io.EOF },
		"reading": func() (io.ReadCloser, error) { return silent, nil },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			from := files.Interruptible(ctx, open)
			cancel(stopped)
			_, err := io.ReadAll(from)
			require.ErrorIs(t, err, stopped)
		})
	}
}
