package watch_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/watch"
)

// observer counts loads.
type observer struct {
	mutex              sync.Mutex
	accepted, rejected int
}

func (o *observer) Accepted(string, time.Time) { o.mutex.Lock(); o.accepted++; o.mutex.Unlock() }
func (o *observer) Rejected(string)            { o.mutex.Lock(); o.rejected++; o.mutex.Unlock() }

// follow loads a path whenever it changes. waitFor waits until a text is loaded.
func follow(t *testing.T, path string, interval time.Duration, read func() (string, error)) (waitFor func(string), states func() []watch.State, seen *observer) {
	t.Helper()
	loaded := make(chan string, 100)
	seen = &observer{}
	set, err := watch.Open(t.Context(), seen, slog.New(slog.DiscardHandler), watch.Source{
		Name: "text", Paths: []string{path}, Load: func(context.Context) error {
			text, err := read()
			if err != nil {
				return err
			}
			if text == "poison" {
				return errors.New("poisoned")
			}
			if text == "panic" {
				panic("poisoned")
			}
			loaded <- text
			return nil
		},
	})
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); set.Follow(ctx, interval) }()
	t.Cleanup(func() { cancel(); <-ended })
	return func(want string) {
		t.Helper()
		late := time.After(20 * time.Second)
		for {
			select {
			case got := <-loaded:
				if got == want {
					return
				}
			case <-late:
				t.Fatalf("%q is not loaded", want)
			}
		}
	}, set.States, seen
}

func readFile(path string) func() (string, error) {
	return func() (string, error) {
		text, err := os.ReadFile(path)
		return string(text), err
	}
}

func put(t *testing.T, path, text string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
}

// never is an interval so long that only the file system's reports count.
const never = time.Hour

func TestFollow_FileIsReloadedAfterAnyKindOfChange(t *testing.T) {
	file := filepath.Join(t.TempDir(), "text")
	put(t, file, "first")
	waitFor, _, _ := follow(t, file, never, readFile(file))
	waitFor("first")
	put(t, file, "written")
	waitFor("written")
	put(t, file+".tmp", "renamed")
	require.NoError(t, os.Rename(file+".tmp", file))
	waitFor("renamed")
	require.NoError(t, os.Remove(file))
	put(t, file, "made anew")
	waitFor("made anew")
	put(t, file, "written after that")
	waitFor("written after that")
}

// In the volume of a ConfigMap a file is a link through ..data, and Kubernetes replaces ..data.
func TestFollow_ConfigMapIsReloadedWhenItsVersionIsReplaced(t *testing.T) {
	folder := t.TempDir()
	put(t, filepath.Join(folder, "..v1", "text"), "first")
	require.NoError(t, os.Symlink("..v1", filepath.Join(folder, "..data")))
	require.NoError(t, os.Symlink(filepath.Join("..data", "text"), filepath.Join(folder, "text")))
	swap := func(version, text string) {
		put(t, filepath.Join(folder, version, "text"), text)
		require.NoError(t, os.Symlink(version, filepath.Join(folder, "..data_tmp")))
		require.NoError(t, os.Rename(filepath.Join(folder, "..data_tmp"), filepath.Join(folder, "..data")))
	}
	byFile, _, _ := follow(t, filepath.Join(folder, "text"), never, readFile(filepath.Join(folder, "text")))
	byFolder, _, _ := follow(t, folder, never, func() (string, error) {
		text, err := fs.ReadFile(watch.Folder(folder), "text")
		return string(text), err
	})
	for _, waitFor := range []func(string){byFile, byFolder} {
		waitFor("first")
	}
	swap("..v2", "second")
	byFile("second")
	byFolder("second")
	require.NoError(t, os.RemoveAll(filepath.Join(folder, "..v1")))
	swap("..v3", "third")
	byFile("third")
	byFolder("third")
}

func TestFollow_FolderIsReloadedForDeepFiles(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "rules")
	deep := filepath.Join(folder, "a", "b", "text")
	put(t, filepath.Join(folder, "here"), "")
	waitFor, _, _ := follow(t, folder, never, func() (string, error) {
		text, err := os.ReadFile(deep)
		if errors.Is(err, fs.ErrNotExist) {
			return "none", nil
		}
		return string(text), err
	})
	waitFor("none")
	put(t, deep, "new")
	waitFor("new")
	put(t, deep, "newer")
	waitFor("newer")
	require.NoError(t, os.Rename(folder, folder+".old"))
	put(t, deep, "in a new folder")
	waitFor("in a new folder")
}

func TestFollow_UnreportedChangeIsFoundAfterInterval(t *testing.T) {
	elsewhere, folder := t.TempDir(), t.TempDir()
	link := filepath.Join(folder, "text")
	put(t, filepath.Join(elsewhere, "far", "text"), "first")
	require.NoError(t, os.Symlink(filepath.Join(elsewhere, "far"), filepath.Join(folder, "near")))
	require.NoError(t, os.Symlink(filepath.Join("near", "text"), link))
	waitFor, _, _ := follow(t, link, 50*time.Millisecond, readFile(link))
	waitFor("first")
	put(t, filepath.Join(elsewhere, "other", "text"), "second")
	require.NoError(t, os.RemoveAll(filepath.Join(elsewhere, "far")))
	require.NoError(t, os.Rename(filepath.Join(elsewhere, "other"), filepath.Join(elsewhere, "far")))
	waitFor("second")
}

func TestReload_InvalidSourceIsRejected(t *testing.T) {
	for _, poison := range []string{"poison", "panic"} {
		file := filepath.Join(t.TempDir(), "text")
		put(t, file, "first")
		waitFor, states, seen := follow(t, file, 50*time.Millisecond, readFile(file))
		waitFor("first")
		put(t, file, poison)
		require.Eventually(t, func() bool { return states()[0].Error != "" }, 20*time.Second, time.Millisecond)
		require.Contains(t, states()[0].Error, "poisoned")
		require.NotZero(t, states()[0].InUse)
		put(t, file, "mended")
		waitFor("mended")
		require.Eventually(t, func() bool { return states()[0].Error == "" }, 20*time.Second, time.Millisecond)
		seen.mutex.Lock()
		require.Equal(t, 1, seen.rejected, "each change is rejected once")
		seen.mutex.Unlock()
	}
}

func TestReload_EndlessOrHugeFileIsRejected(t *testing.T) {
	file := filepath.Join(t.TempDir(), "text")
	put(t, file, "first")
	waitFor, states, _ := follow(t, file, 50*time.Millisecond, readFile(file))
	waitFor("first")
	require.NoError(t, os.Remove(file))
	require.NoError(t, os.Symlink("/dev/zero", file))
	require.Eventually(t, func() bool { return endsWith(states, "not a regular file; replace it with a file") }, 20*time.Second, time.Millisecond)
	require.NoError(t, os.Remove(file))
	put(t, file, "")
	require.NoError(t, os.Truncate(file, 65<<20))
	require.Eventually(t, func() bool { return endsWith(states, "more than 64 MiB in total; remove files") }, 20*time.Second, time.Millisecond)
}

func endsWith(states func() []watch.State, want string) bool {
	return strings.HasSuffix(states()[0].Error, want)
}

func TestOpen_InvalidSourceIsAnError(t *testing.T) {
	_, err := watch.Open(t.Context(), &observer{}, slog.New(slog.DiscardHandler), watch.Source{
		Name: "text", Load: func(context.Context) error { return errors.New("poisoned") },
	})
	require.ErrorContains(t, err, "poisoned")
}

func TestFolder_HidesHiddenFiles(t *testing.T) {
	folder := t.TempDir()
	put(t, filepath.Join(folder, "a.rego"), "")
	put(t, filepath.Join(folder, ".git", "b.rego"), "")
	require.NoError(t, os.Symlink("gone", filepath.Join(folder, ".#a.rego")))
	var shown []string
	require.NoError(t, fs.WalkDir(watch.Folder(folder), ".", func(path string, _ fs.DirEntry, err error) error {
		shown = append(shown, path)
		return err
	}))
	require.Equal(t, []string{".", "a.rego"}, shown)
}
