// Command release makes the files of a release. `make dist` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"time"

	"winpolicy/internal/release"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := run(ctx, os.Args[1:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, arguments []string) error {
	flags := flag.NewFlagSet("release", flag.ContinueOnError)
	options := release.Options{Root: "."}
	flags.StringVar(&options.Out, "out", "dist/release", "folder to replace with the release")
	flags.StringVar(&options.Program, "program", "dist/winpolicy", "a winpolicy of this machine, built from the checkout")
	flags.StringVar(&options.Version, "version", "", "version of the release (default: that of the commit)")
	flags.StringVar(&options.Docs, "docs", "", "address of the documentation, without a slash at its end")
	platforms := flags.String("platforms", "linux/amd64", "what to build for, separated by spaces")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	var err error
	if options.Platforms, err = release.ParsePlatforms(*platforms); err != nil {
		return fmt.Errorf("-platforms: %w", err)
	}
	if text := os.Getenv("SOURCE_DATE_EPOCH"); text != "" {
		seconds, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("SOURCE_DATE_EPOCH %q: write the seconds since 1970", text)
		}
		options.Epoch = time.Unix(seconds, 0)
	}
	return release.Make(ctx, options)
}
