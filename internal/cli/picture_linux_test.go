package cli_test

import (
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"winpolicy/internal/cli"
	"winpolicy/internal/picture"
)

const (
	columns = 88
	drawn   = "../../docs/report.svg"
)

// The picture in README is what check prints on a terminal about the manifest in README. UPDATE_DOCS=1 draws it anew.
func TestPicture_ShowsWhatATerminalShows(t *testing.T) {
	page, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	manifest := regexp.MustCompile("(?s)```yaml\n# web.yaml\n(.*?)```").FindSubmatch(page)
	require.NotNil(t, manifest, "README.md has no web.yaml")
	file, err := filepath.Abs(drawn)
	require.NoError(t, err)
	before, _ := os.ReadFile(file) // absent until it is drawn first

	t.Chdir(t.TempDir())
	t.Setenv("NO_COLOR", "")
	t.Setenv("TERM", "xterm")
	require.NoError(t, os.WriteFile("web.yaml", manifest[0][len("```yaml\n"):len(manifest[0])-len("```")], 0o600))
	shown := onTerminal(t, func(terminal *os.File) {
		cli.Run([]string{"check", "web.yaml"}, strings.NewReader(""), terminal, terminal)
	})
	made, err := picture.SVG("\x1b[1m$ winpolicy check web.yaml\x1b[0m\n"+shown, "What winpolicy check prints on a terminal about web.yaml", columns)
	require.NoError(t, err)
	if os.Getenv("UPDATE_DOCS") != "" {
		require.NoError(t, os.WriteFile(file, made, 0o644))
		return
	}
	require.Equal(t, string(made), string(before), "run `UPDATE_DOCS=1 go test ./internal/cli -run Picture`")
}

// onTerminal runs a function with a pseudoterminal, and returns what it wrote.
func onTerminal(t *testing.T, run func(terminal *os.File)) string {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	defer master.Close()
	descriptor := int(master.Fd())
	require.NoError(t, unix.IoctlSetPointerInt(descriptor, unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(descriptor, unix.TIOCGPTN)
	require.NoError(t, err)
	terminal, err := os.OpenFile("/dev/pts/"+strconv.Itoa(number), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	require.NoError(t, unix.IoctlSetWinsize(int(terminal.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Col: columns, Row: 40}))
	written := make(chan string)
	go func() {
		text, _ := io.ReadAll(master) // ends with an error when the terminal is closed
		written <- string(text)
	}()
	run(terminal)
	require.NoError(t, terminal.Close())
	return <-written
}
