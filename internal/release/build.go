package release

import (
	"bytes"
	"context"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"slices"
)

// build is winpolicy for one platform.
type build struct {
	platform Platform
	program  []byte
	licenses []byte // of what is in the program beside winpolicy
	info     *debug.BuildInfo
}

// setting is how the program was built: of vcs.time, for example. It is "" for what Go did not record.
func (b build) setting(key string) string {
	for _, setting := range b.info.Settings {
		if setting.Key == key {
			return setting.Value
		}
	}
	return ""
}

func buildAll(ctx context.Context, options Options) (all []build, err error) {
	folder, err := os.MkdirTemp("", "winpolicy-release-*")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	arguments, err := flags(ctx, options)
	if err != nil {
		return nil, err
	}
	for _, platform := range options.Platforms {
		path := filepath.Join(folder, platform.OS, platform.Arch, platform.program())
		if err := command(ctx, options.Root, platform.environment(), "go", slices.Concat(arguments, []string{"-o", path, "./cmd/winpolicy"})...); err != nil {
			return nil, fmt.Errorf("build for %s: %w", platform, err)
		}
		program, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		info, err := buildinfo.Read(bytes.NewReader(program))
		if err != nil {
			return nil, fmt.Errorf("read what %s was built from: %w", path, err)
		}
		terms, err := licenses(ctx, options.Root, info)
		if err != nil {
			return nil, err
		}
		all = append(all, build{platform, program, terms, info})
	}
	return all, nil
}

// flags are the arguments of go that build a release. No debug information is made, because a release has none.
func flags(ctx context.Context, options Options) ([]string, error) {
	module, err := output(ctx, options.Root, "go", "list", "-m")
	if err != nil {
		return nil, err
	}
	linked := fmt.Sprintf("-s -w -X %[1]s/internal/version.docs=%[2]s -X %[1]s/internal/version.release=%[3]s", module, options.Docs, options.Version)
	// Go fails if it cannot ask git about a repository. A checkout without one, or one of another user, has no commit.
	recorded := "-buildvcs=false"
	if _, err := output(ctx, options.Root, "git", "status", "--porcelain"); err == nil {
		recorded = "-buildvcs=true"
	}
	return []string{"build", "-trimpath", recorded, "-gcflags=all=-dwarf=false", "-ldflags=" + linked}, nil
}
