package release

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	firstManifest = regexp.MustCompile("(?ms)^```yaml\n# web.yaml\n(.*?)^```\n")
	firstCommand  = regexp.MustCompile("(?ms)^```console\n\\$ winpolicy ([^\n]*)\n(.*?)^```\n")
)

func TestProgram_RunsTheFirstCommandOfREADME(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join(root, "README.md"))
	require.NoError(t, err)
	manifest, command := firstManifest.FindSubmatch(readme), firstCommand.FindSubmatch(readme)
	require.NotNil(t, manifest)
	require.NotNil(t, command)
	run := exec.CommandContext(t.Context(), installed(t), strings.Fields(string(command[1]))...)
	run.Dir = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(run.Dir, "web.yaml"), []byte("# web.yaml\n"+string(manifest[1])), 0o600))
	printed, err := run.CombinedOutput()
	require.ErrorContains(t, err, "exit status 1")
	require.Equal(t, string(command[2]), string(printed))
}

func TestProgram_KnowsItsVersionAndDocumentation(t *testing.T) {
	program := installed(t)
	var version struct {
		Version string `json:"version"`
	}
	require.NoError(t, json.Unmarshal([]byte(output(t, program, 0, "version", "-o", "json")), &version))
	require.Equal(t, "v1.2.3", version.Version)
	manifest := filepath.Join(t.TempDir(), "pod.yaml")
	require.NoError(t, os.WriteFile(manifest, []byte("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {os: {name: windows}, hostPID: true}\n"), 0o600))
	require.Contains(t, output(t, program, 1, "check", "-o", "json", manifest), `"help": "https://docs.example/rules/host-namespaces"`)
}

// output runs a program that ends with an exit code, and gives what it prints.
func output(t *testing.T, program string, code int, arguments ...string) string {
	t.Helper()
	run := exec.CommandContext(t.Context(), program, arguments...)
	printed, _ := run.Output()
	require.Equal(t, code, run.ProcessState.ExitCode(), "%s\n%s", run, printed)
	return string(printed)
}

// The second release is made in another folder, in another time zone and language, and with flags that a release ignores.
func TestRelease_TwoRunsGiveTheSameBytes(t *testing.T) {
	if os.Getenv("PLATFORMS") == "" {
		t.Skip("make release-check makes two releases")
	}
	first := sums(t, made(t))
	checkout := filepath.Join(t.TempDir(), "another")
	copied(t, checkout)
	folder := filepath.Join(t.TempDir(), "release")
	require.NoError(t, dist(checkout, folder, "TZ=Asia/Tokyo", "GOFLAGS=-ldflags=-X=main.a=b", "LC_ALL=C"))
	require.Equal(t, first, sums(t, folder))
}

// Go's runtime needs bcryptprimitives.dll. Wine 8.0, which Debian 12 has, comes without it.
func TestProgram_RunsUnderWine(t *testing.T) {
	wine, err := exec.LookPath("wine64")
	if err != nil {
		t.Skip("there is no wine64")
	}
	if !strings.Contains(os.Getenv("PLATFORMS"), "windows/"+runtime.GOARCH) {
		t.Skip("PLATFORMS has no Windows of this architecture")
	}
	path := filepath.Join(t.TempDir(), "winpolicy.exe")
	require.NoError(t, os.WriteFile(path, program(t, "windows/"+runtime.GOARCH), 0o755))
	run := exec.CommandContext(t.Context(), wine, path, "version")
	run.Env = append(os.Environ(), "WINEPREFIX="+t.TempDir(), "WINEDEBUG=-all")
	printed, err := run.CombinedOutput()
	if strings.Contains(string(printed), "bcryptprimitives.dll not found") {
		t.Skip("this wine has no bcryptprimitives.dll, and Go's runtime does not start without it")
	}
	require.NoError(t, err, string(printed))
	require.Contains(t, string(printed), "v1.2.3")
}
