package cli

import (
	"fmt"
	"slices"

	"github.com/spf13/cobra"

	"winpolicy/internal/config"
)

func newConfig() *cobra.Command {
	var source configuration
	var form string
	var changed bool
	command := &cobra.Command{
		Use:   "config",
		Short: "Show the configuration in force, and where each value comes from",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			facts, err := loadFacts()
			if err != nil {
				return err
			}
			document, err := source.load(command, facts)
			if err != nil {
				return err
			}
			settings := config.Effective(document, facts.rules, facts.platforms)
			if changed {
				settings = slices.DeleteFunc(settings, config.Setting.IsBuiltIn)
			}
			switch form {
			case "json":
				return writeJSON(command, settings)
			case "text":
				return config.Print(command.OutOrStdout(), settings)
			}
			return fmt.Errorf("--output %q: the forms are json, text", form)
		},
	}
	source.register(command)
	command.Flags().StringVarP(&form, "output", "o", "text", "form of the list: text or json")
	command.Flags().BoolVar(&changed, "changed", false, "leave out what is built in")
	return command
}
