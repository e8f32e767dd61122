package cli

import (
	"io"
	"slices"

	"github.com/spf13/cobra"

	"winpolicy/internal/config"
)

func newConfig() *cobra.Command {
	var source configuration
	var output format
	var added ruleset
	var changed bool
	command := &cobra.Command{
		Use:     "config",
		Short:   "Show the configuration in force, and where each value comes from",
		Example: "  winpolicy config --changed",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			facts, err := added.facts()
			if err != nil {
				return err
			}
			document, err := source.load(command, facts)
			if err != nil {
				return err
			}
			settings := config.Effective(document, facts.Rules, facts.Platforms)
			if changed {
				settings = slices.DeleteFunc(settings, config.Setting.IsBuiltIn)
			}
			return output.print(command, settings, func(out io.Writer) error { return config.Print(out, settings) })
		},
	}
	added.register(command)
	source.register(command)
	output.register(command, "list")
	command.Flags().BoolVar(&changed, "changed", false, "leave out built-in values")
	return command
}
