package release

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// command runs a program in a folder. The error holds what the program printed.
func command(ctx context.Context, folder string, environment []string, name string, arguments ...string) error {
	run := exec.CommandContext(ctx, name, arguments...)
	run.Dir, run.Env = folder, append(os.Environ(), environment...)
	if printed, err := run.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", run, err, printed)
	}
	return nil
}

// output runs a program in a folder and gives what it prints, without the line break at the end.
func output(ctx context.Context, folder, name string, arguments ...string) (string, error) {
	run := exec.CommandContext(ctx, name, arguments...)
	run.Dir = folder
	printed, err := run.Output()
	if err != nil {
		return "", fmt.Errorf("%s: %w", run, err)
	}
	return strings.TrimSpace(string(printed)), nil
}
