package e2e

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/playground"
	"winpolicy/internal/sample"
	"winpolicy/samples"
)

// tenth is how many questions about samples one is asked of: a browser asks them all in `make site-check`.
const tenth = 10

// The playground's program gives the verdicts of the same code for this machine. node runs it as a browser does.
func TestPlayground_GivesTheVerdictsOfTheProgram(t *testing.T) {
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("node is not installed; `make site-check` needs it too")
	}
	program := filepath.Join(t.TempDir(), "playground.wasm")
	build := exec.CommandContext(t.Context(), "go", "build", "-ldflags=-s -w", "-o", program, "./cmd/playground")
	build.Dir, build.Env = "..", append(os.Environ(), "GOOS=js", "GOARCH=wasm", "GOFLAGS=")
	output, err := build.CombinedOutput()
	require.NoError(t, err, string(output))
	goroot, err := exec.CommandContext(t.Context(), "go", "env", "GOROOT").Output()
	require.NoError(t, err)

	all, err := sample.Read(samples.FS)
	require.NoError(t, err)
	asked, err := playground.Questions(samples.FS, all)
	require.NoError(t, err)
	judge, err := playground.New()
	require.NoError(t, err)
	var questions bytes.Buffer
	var want []string
	for i := 0; i < len(asked); i += tenth {
		text, err := json.Marshal(asked[i])
		require.NoError(t, err)
		questions.Write(append(text, '\n'))
		answer, err := json.Marshal(judge.Answer(t.Context(), asked[i], time.Now().UTC()))
		require.NoError(t, err)
		want = append(want, string(answer))
	}
	require.Greater(t, len(want), 10)

	run := exec.CommandContext(t.Context(), node, "site/wasm.js", filepath.Join(strings.TrimSpace(string(goroot)), "lib", "wasm", "wasm_exec.js"), program)
	run.Stdin, run.Stderr = &questions, os.Stderr
	answers, err := run.Output()
	require.NoError(t, err)
	lines := bufio.NewScanner(bytes.NewReader(answers))
	lines.Buffer(nil, 16<<20)
	var got []string
	for lines.Scan() {
		got = append(got, lines.Text())
	}
	require.NoError(t, lines.Err())
	require.Equal(t, want, got)
}
