package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
	"winpolicy/internal/check"
	"winpolicy/internal/engine"
	"winpolicy/internal/report"
)

func newCheck() *cobra.Command {
	var form, platform string
	var options report.Options
	command := &cobra.Command{
		Use:   "check PATH...",
		Short: "Judge manifests: files, folders, or - for standard input",
		Long: `Judge Kubernetes manifests in YAML or JSON.

Exit code 0: nothing is denied. 1: something is. 2: something could not be read, or there was nothing to judge.`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, paths []string) error {
			write, ok := report.Writers()[form]
			if !ok {
				return fmt.Errorf("--output %q: the forms are %s", form, strings.Join(slices.Sorted(maps.Keys(report.Writers())), ", "))
			}
			config, err := platformConfig(platform)
			if err != nil {
				return err
			}
			result, err := check.Run(command.Context(), check.Options{
				Paths: paths, Stdin: command.InOrStdin(), Config: config, Engine: newEngine,
			})
			if result == nil {
				return err
			}
			if err := errors.Join(err, write(command.OutOrStdout(), result, options)); err != nil {
				return err
			}
			return verdict(result)
		},
	}
	command.Flags().StringVarP(&form, "output", "o", "text", "form of the report: text or json")
	command.Flags().StringVar(&platform, "platform", "", "where the manifests will run, which decides the taints of Windows nodes (default: nothing is assumed)")
	command.Flags().BoolVar(&options.Notes, "notes", false, "show advice too")
	return command
}

// verdict is the exit code of a report. What could not be read outweighs what was denied: the run is not complete.
func verdict(result *report.Report) error {
	switch {
	case len(result.Errors) > 0:
		return exitError{code: exitFailed}
	case result.Summary.Deny > 0:
		return exitError{code: exitDenied}
	}
	return nil
}

func platformConfig(platform string) (engine.Config, error) {
	if platform == "" {
		return engine.Config{}, nil
	}
	all, err := product()
	if err != nil {
		return nil, err
	}
	known, err := catalog.Platforms(all)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(known, platform) {
		return nil, fmt.Errorf("--platform %q: the platforms are %s", platform, strings.Join(known, ", "))
	}
	return engine.Config{"platform": platform}, nil
}
