//go:build unix

package cli

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// endless is standard input that gives documents without end. It cancels the run after the first ones.
type endless struct {
	after  int
	cancel func()
}

func (e *endless) Read(into []byte) (int, error) {
	if e.after--; e.after == 0 {
		e.cancel()
	}
	return copy(into, "kind: ConfigMap\n---\n"), nil
}

// silent is standard input that nobody writes to.
type silent struct {
	cancel func()
	never  chan struct{}
}

func (s silent) Read([]byte) (int, error) {
	s.cancel()
	<-s.never
	return 0, io.EOF
}

// A command ends soon after a signal, whatever it waits for, and leaves no temporary file.
func TestRun_EndsWithItsContext(t *testing.T) {
	never := make(chan struct{})
	t.Cleanup(func() { close(never) })
	for name, one := range map[string]struct {
		args  []string
		stdin func(cancel func()) io.Reader
	}{
		"while nobody writes":        {[]string{"check", "-"}, func(cancel func()) io.Reader { return silent{cancel, never} }},
		"while the input has no end": {[]string{"check", "-"}, func(cancel func()) io.Reader { return &endless{1000, cancel} }},
		"while it is copied to a file": {[]string{"check", "-"}, func(cancel func()) io.Reader {
			return io.MultiReader(strings.NewReader(strings.Repeat("# filler\n", 1<<20)), silent{cancel, never})
		}},
		"while it makes what it is to write": {[]string{"generate", "--out", t.TempDir()}, func(cancel func()) io.Reader { cancel(); return nil }},
	} {
		t.Run(name, func(t *testing.T) {
			temporary := t.TempDir()
			t.Setenv("TMPDIR", temporary)
			ctx, cancel := context.WithCancel(t.Context())
			var stderr bytes.Buffer
			require.Equal(t, exitFailed, run(ctx, one.args, one.stdin(cancel), io.Discard, &stderr))
			require.Equal(t, "winpolicy: interrupted by a signal\n", stderr.String())
			left, err := os.ReadDir(temporary)
			require.NoError(t, err)
			require.Empty(t, left)
		})
	}
}

// An API server can be silent for ever.
func TestRun_EndsWhileAClusterIsSilent(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	t.Cleanup(server.Close)
	var stderr bytes.Buffer
	require.Equal(t, exitFailed, run(ctx, []string{"audit", "--server", server.URL}, nil, io.Discard, &stderr))
	require.Equal(t, "winpolicy: interrupted by a signal\n", stderr.String())
}

// Opening a named pipe waits for a writer.
func TestRun_EndsWhileAPipeHasNoWriter(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stderr bytes.Buffer
	require.Equal(t, exitFailed, run(ctx, []string{"check", pipe}, nil, io.Discard, &stderr))
	require.Equal(t, "winpolicy: interrupted by a signal\n", stderr.String())
}

func TestRun_RefusesWhatHasNoEnd(t *testing.T) {
	link := filepath.Join(t.TempDir(), "winpolicy.yaml")
	require.NoError(t, os.Symlink("/dev/zero", link))
	large := filepath.Join(t.TempDir(), "large.yaml")
	require.NoError(t, os.WriteFile(large, bytes.Repeat([]byte("# filler\n"), 1<<19), 0o600))
	for name, one := range map[string]struct{ args, wanted string }{
		"a device among the paths": {"check /dev/zero", "/dev/zero: error: neither a file, a folder nor a pipe; name one of these"},
		"a configuration":          {"check --config " + link + " x", "is not a regular file"},
		"a large configuration":    {"check --config " + large + " x", "is larger than 4 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			var output bytes.Buffer
			require.Equal(t, exitFailed, run(t.Context(), strings.Fields(one.args), nil, &output, &output))
			require.Contains(t, output.String(), one.wanted)
		})
	}
}
