//go:build unix

package repository

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/creack/pty"
	"github.com/stretchr/testify/require"
)

// session is a run of the program whose standard error, at least, is a terminal.
type session struct {
	command  *exec.Cmd
	terminal *os.File
	output   bytes.Buffer // what the terminal got
}

// start runs a command on a terminal with a width. An output that the command has already is left as it is.
func start(t *testing.T, command *exec.Cmd, width uint16) *session {
	t.Helper()
	terminal, err := pty.StartWithSize(command, &pty.Winsize{Rows: 40, Cols: width})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, terminal.Close()) })
	return &session{command: command, terminal: terminal}
}

// until reads what the terminal gets until it has a text.
func (s *session) until(t *testing.T, text string) {
	t.Helper()
	part := make([]byte, 4096)
	for !strings.Contains(s.output.String(), text) {
		length, err := s.terminal.Read(part)
		require.NoError(t, err, "the terminal never showed %q, but\n%s", text, &s.output)
		s.output.Write(part[:length])
	}
}

// end reads the rest, and waits for the program.
func (s *session) end(t *testing.T) string {
	t.Helper()
	if _, err := io.Copy(&s.output, s.terminal); err != nil && !errors.Is(err, syscall.EIO) { // EIO is the end of a terminal
		require.NoError(t, err)
	}
	var exit *exec.ExitError
	if err := s.command.Wait(); err != nil {
		require.ErrorAs(t, err, &exit)
	}
	return s.output.String()
}

// screen returns the lines of a terminal after it got some output.
func screen(output string) []string {
	var lines []string
	for line := range strings.Lines(output) {
		var cells []rune
		column := 0
		for _, char := range strings.TrimSuffix(line, "\n") {
			if char == '\r' {
				column = 0
				continue
			}
			if column == len(cells) {
				cells = append(cells, 0)
			}
			cells[column] = char
			column++
		}
		lines = append(lines, strings.TrimRight(string(cells), " "))
	}
	return lines
}

const (
	piped = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: piped}\n"
	shows = "reading files"
)

// A run that lasts shows how far it is on a terminal, and only there. The runs last as long as their pipes are open.
func TestProgress_IsOnATerminalOnlyAndGoneAtTheEnd(t *testing.T) {
	program, folder := build(t, ""), lay(t)
	prepare := func(pipe string, more ...string) *exec.Cmd {
		require.NoError(t, syscall.Mkfifo(filepath.Join(folder, pipe), 0o600))
		command := exec.CommandContext(t.Context(), program, append([]string{"check", "deploy", pipe, "--now", today, "--color", "never"}, more...)...)
		command.Dir, command.Env = folder, withoutCI()
		return command
	}
	quiet := start(t, prepare("quiet", "--quiet"), 80)
	simple := prepare("simple")
	simple.Env = append(simple.Env, "TERM=dumb")
	dumb := start(t, simple, 80)
	var plain, report bytes.Buffer
	none := prepare("none")
	none.Stdout, none.Stderr = &plain, &plain
	require.NoError(t, none.Start())
	half := prepare("half")
	half.Stdout = &report
	noisy := start(t, half, 80)

	noisy.until(t, shows) // the others began before
	for _, pipe := range []string{"quiet", "simple", "none", "half"} {
		require.NoError(t, os.WriteFile(filepath.Join(folder, pipe), []byte(piped), 0o600))
	}
	for name, one := range map[string]*session{"quiet": quiet, "dumb": dumb, "noisy": noisy} {
		output := one.end(t)
		require.Equal(t, name == "noisy", strings.Contains(output, shows), name)
		require.NotContains(t, strings.Join(screen(output), "\n"), shows, name)
	}
	require.Error(t, none.Wait(), "files cannot be read")
	require.NotContains(t, plain.String(), shows)
	require.Equal(t, plain.String(), report.String())
	require.Empty(t, strings.Join(screen(noisy.output.String()), ""))
}

var onTerminal = regexp.MustCompile(`^    (\d+):(\d+) (deny|warn|note) ([a-z0-9-]+)$`)

// On a terminal the findings are those of the JSON, grouped by file, and no line is longer than the terminal unless a word is.
func TestTerminal_HasTheFindingsOfTheJSON(t *testing.T) {
	folder := lay(t)
	for _, docs := range []string{"", helpAddress} {
		program := build(t, docs)
		var want []found
		for _, one := range readJSON(t, reports(t, program, folder)["json"]) {
			want = append(want, found{File: one.File, Rule: one.Rule, Severity: one.Severity, Line: one.Line, Column: one.Column})
		}
		for _, width := range []uint16{60, 160} {
			command := exec.CommandContext(t.Context(), program, "check", ".", "--now", today, "--notes", "--color", "never")
			command.Dir, command.Env = folder, withoutCI()
			output := start(t, command, width).end(t)
			var got []found
			file := ""
			lines := screen(output)
			for i, line := range lines {
				if slices.ContainsFunc(want, func(one found) bool { return one.File == shown(line) }) {
					file = shown(line)
				}
				if parts := onTerminal.FindStringSubmatch(line); parts != nil {
					got = append(got, found{File: file, Rule: parts[4], Severity: parts[3], Line: number(t, parts[1]), Column: number(t, parts[2])})
				}
				if len([]rune(line)) > int(width) && !strings.Contains(line, "`") { // a command stays whole
					require.NotContains(t, strings.TrimSpace(line), " ", "line %d is wider than %d", i, width)
				}
			}
			require.Equal(t, want, got)
			require.Equal(t, docs == "", strings.Contains(output, "winpolicy explain "))
			require.Equal(t, docs != "", strings.Contains(output, helpAddress+"/rules/"))
		}
	}
}
