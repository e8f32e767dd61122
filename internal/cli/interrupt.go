package cli

import (
	"context"
	"errors"
	"time"

	"github.com/spf13/cobra"
)

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
