// Package release tests the files of a release. PLATFORMS names what they are built for: without it, only this machine, once.
package release

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"cmp"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the checkout.
const root = "../.."

// temporary is where this run makes its releases.
var temporary string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "winpolicy-release-*")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	temporary = folder
	code := m.Run()
	if err := os.RemoveAll(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	os.Exit(code)
}

// platforms are what this run builds for, such as linux/amd64.
func platforms() []string {
	return strings.Fields(cmp.Or(os.Getenv("PLATFORMS"), runtime.GOOS+"/"+runtime.GOARCH))
}

var once = sync.OnceValues(func() (string, error) {
	folder := filepath.Join(temporary, "release")
	return folder, dist(root, folder)
})

// made gives the folder of a release of this checkout, made once a run.
func made(t *testing.T) string {
	t.Helper()
	folder, err := once()
	require.NoError(t, err)
	return folder
}

// dist runs make dist in a checkout.
func dist(checkout, folder string, environment ...string) error {
	command := exec.Command("make", "dist", "RELEASE="+folder, "PLATFORMS="+strings.Join(platforms(), " "), "VERSION=v1.2.3", "DOCS=https://docs.example")
	command.Dir, command.Env = checkout, append(os.Environ(), environment...)
	if printed, err := command.CombinedOutput(); err != nil {
		return errors.Join(err, errors.New(string(printed)))
	}
	return nil
}

// copied copies the checkout into a folder, without what was built.
func copied(t *testing.T, folder string) {
	t.Helper()
	require.NoError(t, os.MkdirAll(folder, 0o755))
	printed, err := exec.CommandContext(t.Context(), "sh", "-c", `tar -C "$0" --exclude=./dist -cf - . | tar -C "$1" -xf -`, root, folder).CombinedOutput()
	require.NoError(t, err, string(printed))
}

// member is a file or a folder of an archive.
type member struct {
	mode  fs.FileMode
	body  []byte
	owner string
	time  int64
}

// archive gives the path of the archive for a platform, and what it holds by name.
func archive(t *testing.T, platform string) (string, map[string]member) {
	t.Helper()
	path := filepath.Join(made(t), "winpolicy_1.2.3_"+strings.ReplaceAll(platform, "/", "_"))
	if strings.HasPrefix(platform, "windows/") {
		return path + ".zip", unzipped(t, path+".zip")
	}
	compressed, err := os.Open(path + ".tar.gz")
	require.NoError(t, err)
	defer compressed.Close()
	plain, err := gzip.NewReader(compressed)
	require.NoError(t, err)
	return path + ".tar.gz", untarred(t, plain)
}

func untarred(t *testing.T, from io.Reader) map[string]member {
	t.Helper()
	all := map[string]member{}
	for reader := tar.NewReader(from); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		require.NoError(t, err)
		body, err := io.ReadAll(reader)
		require.NoError(t, err)
		owner := fmt.Sprintf("%d:%d%s%s", header.Uid, header.Gid, header.Uname, header.Gname)
		all[header.Name] = member{header.FileInfo().Mode(), body, owner, header.ModTime.Unix()}
	}
}

func unzipped(t *testing.T, path string) map[string]member {
	t.Helper()
	reader, err := zip.OpenReader(path)
	require.NoError(t, err)
	defer reader.Close()
	all := map[string]member{}
	for _, file := range reader.File {
		opened, err := file.Open()
		require.NoError(t, err)
		body, err := io.ReadAll(opened)
		require.NoError(t, err)
		all[file.Name] = member{file.Mode(), body, "0:0", file.Modified.Unix()}
	}
	return all
}

// program gives winpolicy from the archive for a platform.
func program(t *testing.T, platform string) []byte {
	t.Helper()
	_, members := archive(t, platform)
	return bytes.Join([][]byte{members["winpolicy"].body, members["winpolicy.exe"].body}, nil)
}

// installed writes winpolicy for this machine into a folder, and gives its path.
func installed(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "winpolicy")
	require.NoError(t, os.WriteFile(path, program(t, runtime.GOOS+"/"+runtime.GOARCH), 0o755))
	return path
}
