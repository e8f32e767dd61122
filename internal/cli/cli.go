// Package cli is the command line: one file a command, each turning flags into a call of the package that does the work.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/bundle"
	"winpolicy/internal/engine"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

// The exit codes.
const (
	exitClean  = 0 // nothing denied
	exitDenied = 1
	exitFailed = 2 // could not run, or could not read
)

// exitError ends the program with a code; its message, where it has one, goes to standard error.
type exitError struct {
	code int
	err  error
}

func (e exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e exitError) Unwrap() error { return e.err }

// Run runs one command and gives the exit code. It returns when the command ends, or soon after SIGINT or SIGTERM.
func Run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	root := newRoot()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := root.ExecuteContext(ctx)
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

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "winpolicy",
		Short:         "Policy for Windows containers on Kubernetes",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(newCheck(), newConfig(), newRules(), newExplain(), newGenerate(), newBundle(), newServe(), newAgentConfig(), newDoctor(), newNew())
	return root
}

// product are the modules that winpolicy evaluates: the libraries, the rules and the bundle's entry points.
var product = sync.OnceValues(func() ([]rego.Module, error) { return rego.Load(policies.FS, bundle.FS) })

func newEngine(ctx context.Context, known engine.Data, now time.Time) (*engine.Engine, error) {
	all, err := product()
	if err != nil {
		return nil, err
	}
	return engine.New(ctx, all, known, now)
}
