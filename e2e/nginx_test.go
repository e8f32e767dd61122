package e2e

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// nginxProcess is a running nginx, from the PATH.
type nginxProcess struct {
	address string
	master  int
}

// startNginx runs nginx with a configuration for an address, and waits until it serves the bundle. Without nginx it skips the
// test.
func startNginx(t testing.TB, config func(address string) string) *nginxProcess {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		t.Skip("nginx is not installed: apt-get install nginx-light")
	}
	address, folder := freeAddress(t), t.TempDir()
	require.NoError(t, os.Chmod(folder, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "nginx.conf"), []byte(config(address)), 0o644))
	directives := ""
	if os.Getuid() == 0 {
		directives = "user root;" // the folders of a test are for its user alone
	}
	command := exec.Command(program, "-p", folder, "-c", "nginx.conf", "-g", directives)
	command.Stderr = os.Stderr
	require.NoError(t, command.Start())
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	})
	require.Eventually(t, func() bool {
		response, err := http.Get("http://" + address + "/bundles/windows.tar.gz")
		if err != nil {
			return false
		}
		_, _ = io.Copy(io.Discard, response.Body)
		return response.Body.Close() == nil && response.StatusCode == http.StatusOK
	}, patience, 50*time.Millisecond)
	return &nginxProcess{address, command.Process.Pid}
}

// processes returns the process IDs of the master and its workers.
func (n *nginxProcess) processes(t testing.TB) []int {
	t.Helper()
	all := []int{n.master}
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", n.master, n.master))
	require.NoError(t, err)
	for _, field := range strings.Fields(string(text)) {
		all = append(all, number(t, field))
	}
	return all
}
