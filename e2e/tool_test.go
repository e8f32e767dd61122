// Package e2e tests the product with the real programs that evaluate its policies. Each program has its own module.
package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// built holds the programs of this run. Whether one is up to date takes a second to find out, and a test asks a hundred times.
var built = struct {
	sync.Mutex
	paths map[string]bool
}{paths: map[string]bool{}}

// tool builds the program of tools/<name> at the versions of its module, once a run, and gives its path.
func tool(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(dist(t), "tools", name)
	build(t, filepath.Join("tools", name), path, "tool")
	return path
}

// gator builds the programs of Gatekeeper, once a run, and gives the path of gator.
func gator(t testing.TB) string {
	t.Helper()
	folder := filepath.Join(dist(t), "tools", "gatekeeper") + string(filepath.Separator)
	build(t, filepath.Join("tools", "gatekeeper"), folder, "tool")
	return filepath.Join(folder, "gator")
}

// winpolicy builds the product, once a run, and gives its path.
func winpolicy(t testing.TB) string {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	path := filepath.Join(dist(t), "winpolicy")
	if !built.paths[path] {
		run(t, "..", "make", "build")
		built.paths[path] = true
	}
	return path
}

// build runs go build in a folder, unless this run has built the path.
func build(t testing.TB, folder, path string, args ...string) {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if !built.paths[path] {
		run(t, folder, "go", append([]string{"build", "-o", path}, args...)...)
		built.paths[path] = true
	}
}

func dist(t testing.TB) string {
	t.Helper()
	path, err := filepath.Abs("../dist")
	require.NoError(t, err)
	require.NoError(t, os.MkdirAll(filepath.Join(path, "tools"), 0o755))
	return path
}

func run(t testing.TB, folder, name string, args ...string) {
	t.Helper()
	var output bytes.Buffer
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir, command.Stdout, command.Stderr = folder, &output, &output
	require.NoError(t, command.Run(), output.String())
}

// call runs a program in a folder, with some variables beside those of the test, and returns what it prints.
func call(t testing.TB, folder string, env []string, name string, args ...string) (printed, problems string, err error) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir, command.Env = folder, append(os.Environ(), env...)
	command.Stdout, command.Stderr = &stdout, &stderr
	err = command.Run()
	return stdout.String(), stderr.String(), err
}
