package check

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
)

// changedSince returns the real paths of the files that differ from a git ref, files that git does not know included. The
// working directory has to be in a git repository.
func changedSince(ctx context.Context, ref string) (map[string]bool, error) {
	root, err := git(ctx, ref, ".", "rev-parse", "--show-toplevel")
	if err != nil {
		return nil, err
	}
	root = strings.TrimRight(root, "\r\n") // from there, git names every file, and from the root
	commit, err := git(ctx, ref, root, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("--changed %q: git knows no such commit; name a branch, a tag or a commit", ref)
	}
	different, err := git(ctx, ref, root, "diff", "--name-only", "-z", "--diff-filter=d", strings.TrimSpace(commit), "--")
	if err != nil {
		return nil, err
	}
	unknown, err := git(ctx, ref, root, "ls-files", "--others", "--exclude-standard", "-z")
	if err != nil {
		return nil, err
	}
	changed := map[string]bool{}
	for name := range strings.SplitSeq(different+unknown, "\x00") {
		if name != "" {
			changed[realPath(filepath.Join(root, filepath.FromSlash(name)))] = true
		}
	}
	return changed, nil
}

// git runs a command of git in a folder and returns what it prints.
func git(ctx context.Context, ref, folder string, arguments ...string) (string, error) {
	command := exec.CommandContext(ctx, "git", arguments...)
	command.Dir = folder
	var output, problem bytes.Buffer
	command.Stdout, command.Stderr = &output, &problem
	if err := command.Run(); err != nil {
		if text := strings.TrimSpace(problem.String()); text != "" {
			err = errors.New(text)
		}
		return "", fmt.Errorf("--changed %q: git %s: %w", ref, arguments[0], err)
	}
	return output.String(), nil
}

// realPath returns the absolute path of a file without symbolic links, or the path as it is if there is none.
func realPath(path string) string {
	real, err := filepath.EvalSymlinks(path)
	if err != nil {
		return path
	}
	if absolute, err := filepath.Abs(real); err == nil {
		return absolute
	}
	return real
}
