// Package repository runs the built program on a repository as people have them, and reads every format with the reader of
// another project, or by the grammar that the reader documents.
package repository

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
	"github.com/stretchr/testify/require"

	_ "winpolicy/internal/cli" // so that a change of the program makes go test run these tests again
)

// today decides which exceptions of the repository have expired.
const today = "2026-12-01"

// odd is the name that odd.yaml gets. Every CI system would take a part of it for the end of a property or for a command.
const odd = "a;b]c,d%25 ##vso[task.complete].yaml"

// helpAddress is the build value of the help links.
const helpAddress = "https://docs.example.com/winpolicy"

// programs is the folder of the built programs.
var programs string

func TestMain(m *testing.M) {
	var err error
	if programs, err = os.MkdirTemp("", "winpolicy-*"); err != nil {
		panic(err)
	}
	code := m.Run()
	if err := os.RemoveAll(programs); err != nil {
		panic(err)
	}
	os.Exit(code)
}

// build builds the program, unless it is built already. docs is the address of the documentation, or "".
func build(t *testing.T, docs string) string {
	t.Helper()
	name := "plain.exe"
	if docs != "" {
		name = "linked.exe"
	}
	program := filepath.Join(programs, name)
	module, err := exec.CommandContext(t.Context(), "go", "list", "-m").Output() // `make rename` gives it another name
	require.NoError(t, err)
	flags := fmt.Sprintf("-X %s/internal/version.docs=%s", bytes.TrimSpace(module), docs)
	output, err := exec.CommandContext(t.Context(), "go", "build", "-ldflags", flags, "-o", program, "../../cmd/winpolicy").CombinedOutput()
	require.NoError(t, err, string(output))
	return program
}

// lay writes the repository into a folder of the test, and returns the folder.
func lay(t *testing.T) string {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/repository.txtar")
	require.NoError(t, err)
	require.Greater(t, len(archive.Files), 10)
	folder := t.TempDir()
	for _, file := range archive.Files {
		name, text := filepath.FromSlash(file.Name), file.Data
		switch filepath.Base(name) {
		case "odd.yaml":
			name = filepath.Join(filepath.Dir(name), odd)
		case "crlf.yaml":
			text = bytes.ReplaceAll(text, []byte("\n"), []byte("\r\n"))
		}
		require.NoError(t, os.MkdirAll(filepath.Join(folder, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), text, 0o600))
	}
	return folder
}

// run runs the program in a folder, and returns what it prints on both outputs, and its exit code.
func run(t *testing.T, program, folder string, arguments ...string) (output, problems string, code int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), program, arguments...)
	command.Dir, command.Env = folder, withoutCI()
	var out, err bytes.Buffer
	command.Stdout, command.Stderr = &out, &err
	failed := command.Run()
	var exit *exec.ExitError
	if errors.As(failed, &exit) {
		return out.String(), err.String(), exit.ExitCode()
	}
	require.NoError(t, failed)
	return out.String(), err.String(), 0
}

// withoutCI returns the environment without what changes a report.
func withoutCI() []string {
	var kept []string
	for _, one := range os.Environ() {
		if name, _, _ := strings.Cut(one, "="); name != "GITHUB_STEP_SUMMARY" && name != "NO_COLOR" && name != "TERM" {
			kept = append(kept, one)
		}
	}
	return append(kept, "TERM=xterm")
}

// reports checks the repository once, and returns the text of each format, with findings of every severity.
func reports(t *testing.T, program, folder string) map[string]string {
	t.Helper()
	arguments := []string{"check", ".", "--now", today, "--min-severity", "note"}
	out := t.TempDir()
	for name := range formats {
		arguments = append(arguments, "-o", name+"="+filepath.Join(out, name))
	}
	output, problems, code := run(t, program, folder, arguments...)
	require.Empty(t, output)
	require.Empty(t, problems)
	require.Equal(t, 2, code, "two files cannot be read")
	all := map[string]string{}
	for name := range formats {
		text, err := os.ReadFile(filepath.Join(out, name))
		require.NoError(t, err)
		all[name] = string(text)
	}
	return all
}
