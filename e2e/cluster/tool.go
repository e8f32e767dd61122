package cluster

import (
	"bytes"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// modules are the folders below e2e/tools and the module that gives each its version.
var modules = map[string]string{
	"etcd":       "go.etcd.io/etcd/server/v3",
	"gatekeeper": "github.com/open-policy-agent/gatekeeper/v3",
	"kubernetes": "k8s.io/kubernetes",
}

var (
	building sync.Mutex
	built    = map[string]string{} // the folder of a module's programs
)

// Tool builds the programs of e2e/tools/<module>, once a run, and gives the path of one of them.
func Tool(t testing.TB, module, name string) string {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	if built[module] == "" {
		source := filepath.Join(root(t), "e2e", "tools", module)
		folder := filepath.Join(root(t), "dist", "tools", module)
		version := strings.TrimSpace(run(t, source, nil, "go", "list", "-m", "-f", "{{.Version}}", modules[module]))
		// Clients of the API server read its version, which Kubernetes' own build writes in this way.
		flags := "-X k8s.io/component-base/version.gitVersion=" + version
		run(t, source, nil, "go", "build", "-ldflags", flags, "-o", folder+string(filepath.Separator), "tool")
		built[module] = folder
	}
	return filepath.Join(built[module], name)
}

// Helm builds helm, once a run, and gives its path.
func Helm(t testing.TB) string {
	t.Helper()
	building.Lock()
	defer building.Unlock()
	path := filepath.Join(root(t), "dist", "tools", "helm")
	if built["helm"] == "" {
		run(t, filepath.Join(root(t), "e2e", "tools", "helm"), nil, "go", "build", "-o", path, "tool")
		built["helm"] = path
	}
	return path
}

// Source is the folder of a module's own files, at the version that its programs are built from.
func Source(t testing.TB, module string) string {
	t.Helper()
	folder := filepath.Join(root(t), "e2e", "tools", module)
	return strings.TrimSpace(run(t, folder, nil, "go", "list", "-m", "-f", "{{.Dir}}", modules[module]))
}

// root is the project's folder.
func root(t testing.TB) string {
	t.Helper()
	path, err := filepath.Abs("../..")
	require.NoError(t, err)
	return path
}

// run runs a program to its end, which must be a good one, and gives what it prints.
func run(t testing.TB, folder string, environment []string, name string, arguments ...string) string {
	t.Helper()
	var output, problems bytes.Buffer
	command := exec.CommandContext(t.Context(), name, arguments...)
	command.Dir, command.Env, command.Stdout, command.Stderr = folder, environment, &output, &problems
	require.NoError(t, command.Run(), "%s %v\n%s%s", name, arguments, &output, &problems)
	return output.String()
}
