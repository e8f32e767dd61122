package e2e

import (
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"
)

// block is a part of a page: a file with its name, or commands.
var block = regexp.MustCompile("(?ms)(?:^`([^`\n]+)`:\n\n)?^```(\\w+)\n(.*?)^```$")

// The page is an example from an empty folder to every use. Its files are written and its commands run, in their order, with
// the real programs.
func TestOwnRules_PageWorksAsWritten(t *testing.T) {
	folder := t.TempDir()
	output := runPage(t, filepath.Join("..", "docs", "own-rules.md"), folder)
	require.Contains(t, output, "lib.windows.rules.allowed_registry        5        5       0")
	require.Contains(t, output, "deploy/web.yaml:16:7: deny: spec.containers[0].image: ")
	require.Contains(t, output, "deploy/web.yaml:5:3: warn: spec.type: ")
	require.Contains(t, output, "1 finding repaired in 1 file, 1 left")
	require.Contains(t, output, `v1/Pod web: ["windows-shop"] Message: "allowed-registry: spec.containers[0].image: `, "gator")
	require.Contains(t, output, "4 tests, 3 passed, 0 warnings, 1 failure", "conftest")
	suite, err := os.ReadFile(filepath.Join(folder, "report.xml"))
	require.NoError(t, err)
	require.Contains(t, string(suite), `<testsuite name="allowed-registry" tests="2" failures="0" errors="0" skipped="0">`)

	files := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(files.Close)
	config, err := os.ReadFile(filepath.Join(folder, "opa.yaml"))
	require.NoError(t, err)
	requireBothBundles(t, files.URL, string(config))
}

// runPage writes the files of a page into a folder and runs its commands there. It gives what they print.
func runPage(t *testing.T, page, folder string) string {
	t.Helper()
	text, err := os.ReadFile(page)
	require.NoError(t, err)
	tools := []string{winpolicy(t), tool(t, "conftest"), gator(t)}
	path := os.Getenv("PATH")
	for _, one := range tools {
		path = filepath.Dir(one) + string(os.PathListSeparator) + path
	}
	var output strings.Builder
	for _, part := range block.FindAllStringSubmatch(string(text), -1) {
		name, language, content := part[1], part[2], part[3]
		switch {
		case name != "":
			file := filepath.Join(folder, name)
			require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
			require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		case language == "sh":
			command := exec.CommandContext(t.Context(), "bash", "-e", "-c", content)
			command.Dir, command.Env = folder, append(os.Environ(), "PATH="+path)
			printed, err := command.CombinedOutput()
			require.NoError(t, err, "%s\n%s", content, printed)
			output.Write(printed)
		}
	}
	return output.String()
}

// requireBothBundles runs OPA with the configuration of the page. While winpolicy's bundle is not there, OPA says so. With
// both it answers by the rules of both.
func requireBothBundles(t *testing.T, files, config string) {
	t.Helper()
	config = strings.Replace(config, "http://127.0.0.1:8000", files, 1)
	waiting := newAgent(t, "opa", []byte(config))
	waiting.start()
	waiting.refuses("undefined function data.lib.windows.result.deny")
	require.False(t, waiting.isReady())

	agent := newAgent(t, "opa", []byte(strings.Replace(config, "http://127.0.0.1:8282", startServer(t).url, 1)))
	agent.start()
	agent.waitReady()
	var pod any
	require.NoError(t, yaml.Unmarshal([]byte(`
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  os: {name: windows}
  hostPID: true
  nodeSelector: {kubernetes.io/os: windows}
  containers: [{name: web, image: "docker.io/shop/web:windows-ltsc2022"}]
`), &pod))
	answer, ok := post(t, agent.url+"/v1/data/winpolicy/deny", map[string]any{"input": pod}).(map[string]any)
	require.True(t, ok)
	var rules []any
	for _, one := range answer["result"].([]any) {
		rules = append(rules, one.(map[string]any)["details"].(map[string]any)["rule"])
	}
	require.ElementsMatch(t, []any{"allowed-registry", "host-namespaces"}, rules)
}
