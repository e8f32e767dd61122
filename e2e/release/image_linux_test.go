package release

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// The layer is all that the program needs: no library, no shell, no file of the system. What it reads from a pipe goes to /tmp.
func TestImage_ProgramRunsAloneInTheLayer(t *testing.T) {
	if os.Geteuid() != 0 {
		t.Skip("only root can change the root folder of a process")
	}
	folder := t.TempDir()
	require.NoError(t, os.Chmod(folder, 0o755))
	for name, one := range files(t, images(t)["linux/"+runtime.GOARCH]) {
		path := filepath.Join(folder, name)
		if one.mode.IsDir() {
			require.NoError(t, os.Mkdir(path, 0o755))
		} else {
			require.NoError(t, os.WriteFile(path, one.body, 0o600))
		}
		require.NoError(t, os.Chmod(path, one.mode))
	}
	command := exec.Cmd{
		Path: "/winpolicy", Args: []string{"/winpolicy", "check", "-"}, Dir: "/", Env: []string{},
		Stdin:       strings.NewReader("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {os: {name: windows}, hostPID: true}\n"),
		SysProcAttr: &syscall.SysProcAttr{Chroot: folder, Credential: &syscall.Credential{Uid: 65532, Gid: 65532}},
	}
	printed, err := command.CombinedOutput()
	require.ErrorContains(t, err, "exit status 1", string(printed))
	require.Contains(t, string(printed), "host-namespaces")
}
