package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
)

func newRules() *cobra.Command {
	var form string
	command := &cobra.Command{
		Use:   "rules",
		Short: "List the rules",
		Args:  cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			facts, err := loadFacts()
			if err != nil {
				return err
			}
			switch form {
			case "json":
				return writeJSON(command, facts.rules)
			case "text":
				return listRules(command, facts.rules)
			}
			return fmt.Errorf("--output %q: the forms are json, text", form)
		},
	}
	command.Flags().StringVarP(&form, "output", "o", "text", "form of the list: text or json")
	return command
}

func listRules(command *cobra.Command, all []catalog.Rule) error {
	table := tabwriter.NewWriter(command.OutOrStdout(), 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tCATEGORY\tGIVES\tABOUT")
	for _, rule := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", rule.ID, rule.Category, rule.Gives(), rule.Title)
	}
	return table.Flush()
}
