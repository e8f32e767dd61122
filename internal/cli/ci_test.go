package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/cli"
)

var (
	snippet = regexp.MustCompile("(?ms)^```yaml\n(.*?)^```\n")
	checked = regexp.MustCompile(`winpolicy check [^\n'"]*`)
	written = regexp.MustCompile(`=(\S+)`)
)

// badPod is a manifest with a finding.
const badPod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec: {os: {name: windows}, hostPID: true, containers: [{name: web, image: web}]}
`

// The snippets for CI systems are YAML, and their commands find what is wrong and write what the snippet uploads.
func TestCI_SnippetsRun(t *testing.T) {
	page, err := os.ReadFile("../../docs/ci.md")
	require.NoError(t, err)
	commands := 0
	for _, block := range snippet.FindAllStringSubmatch(string(page), -1) {
		var document map[string]any
		require.NoError(t, yaml.UnmarshalStrict([]byte(block[1]), &document))
		for _, command := range checked.FindAllString(block[1], -1) {
			commands++
			folder := t.TempDir()
			t.Chdir(folder)
			require.NoError(t, os.WriteFile("web.yaml", []byte(badPod), 0o600))
			arguments := strings.Fields(command)[1:]
			if !strings.Contains(command, " . ") { // pre-commit adds the files
				arguments = append(arguments, "web.yaml")
			}
			var output bytes.Buffer
			require.Equal(t, 1, cli.Run(arguments, strings.NewReader(""), &output, &output), "%s\n%s", command, &output)
			for _, file := range written.FindAllStringSubmatch(command, -1) {
				require.FileExists(t, filepath.Join(folder, file[1]))
				require.Contains(t, block[1], file[1])
			}
		}
	}
	require.Equal(t, 4, commands)
}

func TestCI_HookAndActionAreYAML(t *testing.T) {
	for _, file := range []string{".pre-commit-hooks.yaml", "action.yml"} {
		text, err := os.ReadFile(filepath.Join("..", "..", file))
		require.NoError(t, err)
		var document any
		require.NoError(t, yaml.UnmarshalStrict(text, &document), file)
		require.Contains(t, string(text), "winpolicy")
	}
}
