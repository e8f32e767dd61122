package cli

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
)

func newRules() *cobra.Command {
	var output format
	var added ruleset
	command := &cobra.Command{
		Use:     "rules",
		Short:   "List the rules",
		Example: "  winpolicy rules\n  winpolicy rules -p rules/ -o json",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			facts, err := added.facts()
			if err != nil {
				return err
			}
			return output.print(command, facts.Rules, func(out io.Writer) error { return listRules(out, facts.Rules) })
		},
	}
	output.register(command, "list")
	added.register(command)
	return command
}

func listRules(out io.Writer, all []catalog.Rule) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tCATEGORY\tSEVERITIES\tTITLE")
	for _, rule := range all {
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", rule.ID, rule.Category, rule.SeverityLabel(), rule.Title)
	}
	return table.Flush()
}
