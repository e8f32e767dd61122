// Package e2e tests the product with the real programs that evaluate its policies. Each program has its own module.
package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// tool builds the program of tools/<name> at the versions of its module, and gives its path.
func tool(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join(dist(t), "tools", name)
	run(t, filepath.Join("tools", name), "go", "build", "-o", path, "tool")
	return path
}

// winpolicy builds the product and gives its path.
func winpolicy(t testing.TB) string {
	t.Helper()
	path := filepath.Join(dist(t), "winpolicy")
	run(t, "..", "go", "build", "-trimpath", "-o", path, "./cmd/winpolicy")
	return path
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
