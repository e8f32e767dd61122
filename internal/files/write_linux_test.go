package files_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/files"
)

func TestWrite_LinkStaysAndItsFileIsReplaced(t *testing.T) {
	folder := t.TempDir()
	file, link := filepath.Join(folder, "file"), filepath.Join(folder, "link")
	require.NoError(t, os.WriteFile(file, []byte("before"), 0o600))
	require.NoError(t, os.Symlink("file", link))
	require.NoError(t, files.Write(link, []byte("after")))
	target, err := os.Readlink(link)
	require.NoError(t, err)
	require.Equal(t, "file", target)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Equal(t, "after", string(text))
}

func TestWrite_LinkToAMissingFileStaysAndItsFileIsMade(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.Symlink("second", filepath.Join(folder, "first")))
	require.NoError(t, os.Symlink("file", filepath.Join(folder, "second")))
	require.NoError(t, files.Write(filepath.Join(folder, "first"), []byte("text")))
	text, err := os.ReadFile(filepath.Join(folder, "file"))
	require.NoError(t, err)
	require.Equal(t, "text", string(text))
}

// A pipe stands for a device, such as /dev/null.
func TestWrite_PipeStaysAndIsWrittenTo(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "pipe")
	require.NoError(t, syscall.Mkfifo(pipe, 0o600))
	read := make(chan []byte, 1)
	go func() {
		text, _ := os.ReadFile(pipe)
		read <- text
	}()
	require.NoError(t, files.Write(pipe, []byte("text")))
	require.Equal(t, "text", string(<-read))
	info, err := os.Stat(pipe)
	require.NoError(t, err)
	require.NotZero(t, info.Mode()&os.ModeNamedPipe)
}

func TestWrite_FolderIsAnError(t *testing.T) {
	require.ErrorContains(t, files.Write(t.TempDir(), nil), "is a directory")
}
