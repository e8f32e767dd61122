package cli

import (
	"io"
	"os"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"winpolicy/internal/progress"
)

// widthOf gives the width of a terminal in characters, at least 1, or 0 if the output is no terminal.
func widthOf(out io.Writer) int {
	file, ok := out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return 0
	}
	width, _, err := term.GetSize(int(file.Fd()))
	if err != nil {
		return 0
	}
	return max(width, 1)
}

// startProgress begins a line that shows how far a run is, if standard error is a terminal that can write a line again.
// Otherwise, and for a silent run, it gives nil, which shows nothing.
func startProgress(command *cobra.Command, silent bool) *progress.Line {
	width := widthOf(command.ErrOrStderr())
	if width == 0 || silent || os.Getenv("TERM") == "dumb" {
		return nil
	}
	return progress.Start(command.ErrOrStderr(), width)
}
