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

	"github.com/spf13/cobra"

	"winpolicy/internal/report"
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
		fmt.Fprintf(stderr, "winpolicy: %s\n", report.EscapeLines(text))
	}
	var exit exitError
	if errors.As(err, &exit) {
		return exit.code
	}
	return exitFailed
}

// New gives the whole command line, without arguments.
func New() *cobra.Command {
	root := &cobra.Command{
		Use:           "winpolicy",
		Short:         "Policy for Windows containers on Kubernetes",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newCheck(), newAudit(), newFix(), newConfig(), newRules(), newExplain(), newTest(), newGenerate(), newBundle(), newPush(), newServe(), newAgentConfig(), newDoctor(), newDiagnose(), newNew(), newVersion())
	printVersion(root)
	asPlugin(root, os.Args[0])
	root.SetFlagErrorFunc(func(command *cobra.Command, err error) error {
		return fmt.Errorf("%w; see `%s --help`", err, command.CommandPath())
	})
	if err := complete(root); err != nil {
		panic(err) // a flag has two completions, which every test notices
	}
	return root
}
