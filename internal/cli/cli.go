// Package cli is the command line: one file a command, each turning flags into a call of the package that does the work.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// Run runs one command and gives the exit code. It returns when the command ends, or soon after SIGINT or SIGTERM.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return run(ctx, args, stdin, stdout, stderr)
}

// run is Run with a context in the place of signals.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	root := New()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := execute(ctx, root, args)
	if err == nil {
		return exitClean
	}
	if text := err.Error(); text != "" {
		fmt.Fprintf(stderr, "winpolicy: %s\n", text)
	}
	var exit exitError
	if errors.As(err, &exit) {
		return exit.code
	}
	return exitFailed
}

// grace is how long a command may take to end after a signal. Compiling rules cannot be interrupted, and leaves nothing
// behind.
const grace = 500 * time.Millisecond

// drains marks a command that ends by itself after a signal, when it has answered those who wait for it.
const drains = "drains"

var errInterrupted = errors.New("interrupted by a signal")

// execute runs a command until it ends, or until the context ends and the command had time to clean up.
func execute(ctx context.Context, root *cobra.Command, args []string) error {
	ended := make(chan error, 1)
	go func() { ended <- root.ExecuteContext(ctx) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	if command, _, err := root.Find(args); err == nil && command.Annotations[drains] != "" {
		return <-ended
	}
	select {
	case err := <-ended:
		if errors.Is(err, context.Canceled) {
			return errInterrupted
		}
		return err
	case <-time.After(grace):
		return errInterrupted
	}
}

// New gives the whole command line, without arguments.
func New() *cobra.Command {
	root := &cobra.Command{
		Use:           "winpolicy",
		Short:         "Policy for Windows containers on Kubernetes",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newCheck(), newConfig(), newRules(), newExplain(), newGenerate(), newBundle(), newServe(), newAgentConfig(), newDoctor(), newNew(), newVersion())
	printVersion(root)
	return root
}
