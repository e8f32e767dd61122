package cluster_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/e2e/cluster"
)

// plugin is winpolicy as a plugin of kubectl, and the environment in which both are found.
type plugin struct {
	path        string
	environment []string
}

func newPlugin(t *testing.T, c *cluster.Cluster) plugin {
	t.Helper()
	folder := t.TempDir()
	program := buildWinpolicy(t)
	made := plugin{filepath.Join(folder, "kubectl-winpolicy"), c.Environment(t)}
	require.NoError(t, os.Symlink(program, made.path))
	completion := "#!/bin/sh\nkubectl winpolicy __complete \"$@\"\n"
	require.NoError(t, os.WriteFile(filepath.Join(folder, "kubectl_complete-winpolicy"), []byte(completion), 0o700))
	for i, variable := range made.environment {
		if path, ok := strings.CutPrefix(variable, "PATH="); ok {
			made.environment[i] = "PATH=" + folder + string(os.PathListSeparator) + path
		}
	}
	return made
}

// run runs winpolicy and returns what it prints and its exit code.
func (p plugin) run(t *testing.T, arguments ...string) (printed string, code int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), p.path, arguments...)
	command.Env = p.environment
	output, err := command.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		require.Empty(t, string(exit.Stderr))
		return string(output), exit.ExitCode()
	}
	require.NoError(t, err)
	return string(output), 0
}

// kubectl runs kubectl with the plugin on its path.
func (p plugin) kubectl(t *testing.T, arguments ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), cluster.Tool(t, "kubernetes", "kubectl"), arguments...)
	command.Env = p.environment
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return string(output)
}
