package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"winpolicy/internal/scaffold"
)

func newNew() *cobra.Command {
	command := &cobra.Command{Use: "new", Short: "Add something to the project"}
	command.AddCommand(&cobra.Command{
		Use:   "rule ID",
		Short: "Write the three files of a new rule: the rule, its test and its sample",
		Args:  cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			written, err := scaffold.Rule(".", args[0])
			for _, path := range written {
				fmt.Fprintln(command.OutOrStdout(), path)
			}
			return err
		},
	})
	return command
}
