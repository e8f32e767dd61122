package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// After its modules are there, nothing is downloaded. So nothing of the old name is left that Go would look for.
func TestRename_ModuleBuildsUnderAnotherName(t *testing.T) {
	checkout := filepath.Join(t.TempDir(), "renamed")
	copied(t, checkout)
	require.NoError(t, os.RemoveAll(filepath.Join(checkout, ".git")))
	for _, folder := range []string{root, filepath.Join(root, "e2e")} {
		download := exec.CommandContext(t.Context(), "go", "mod", "download")
		download.Dir = folder
		printed, err := download.CombinedOutput()
		require.NoError(t, err, "%s\n%s", folder, printed)
	}
	inside := func(folder, name string, arguments ...string) string {
		run := exec.CommandContext(t.Context(), name, arguments...)
		run.Dir, run.Env = filepath.Join(checkout, folder), append(os.Environ(), "GOPROXY=off", "GOFLAGS=-buildvcs=false")
		printed, err := run.CombinedOutput()
		require.NoError(t, err, "%s\n%s", run, printed)
		return string(printed)
	}
	inside(".", "make", "rename", "MODULE=example.org/you/winpolicy")
	require.Equal(t, "example.org/you/winpolicy\n", inside(".", "go", "list", "-m"))
	inside(".", "make", "check-format")
	inside(".", "go", "build", "./...")
	inside(".", "go", "vet", "./...")
	require.Equal(t, "example.org/you/winpolicy/e2e\n", inside("e2e", "go", "list", "-m"))
	inside("e2e", "go", "vet", "./...")
	inside(".", "go", "test", "./gotest", "-run", "TestLayers")
	inside(".", "go", "test", "./gotest/repository", "-run", "TestFormats_")
}
