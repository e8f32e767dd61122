package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"winpolicy/internal/scaffold"
)

func newNew() *cobra.Command {
	command := &cobra.Command{Use: "new", Short: "Add a rule"}
	var folder, category string
	rule := &cobra.Command{
		Use:   "rule ID",
		Short: "Write the three files of a new rule: the rule, its test and its sample",
		Long: `Write the three files of a new rule: the rule, its test and its sample. They pass winpolicy test as they are.

With --out, the rule is one of your own, and needs nothing but this program. Without it, the rule is one of winpolicy, and you
run the command at the root of its project.`,
		Example: "  winpolicy new rule allowed-registry --out rules --category shop && winpolicy test rules",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			paths, err := written(folder, args[0], category)
			for _, path := range paths {
				fmt.Fprintln(command.OutOrStdout(), path)
			}
			return err
		},
	}
	rule.Flags().StringVar(&folder, "out", "", "folder of your own rules; the files go into a folder below it")
	rule.Flags().StringVar(&category, "category", "own", "category of your own rules; the rules of a category share a ConstraintTemplate")
	command.AddCommand(rule)
	return command
}

func written(folder, id, category string) ([]string, error) {
	if folder == "" {
		return scaffold.Rule(".", id)
	}
	return scaffold.Own(folder, id, category)
}
