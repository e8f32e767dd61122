package cli

import (
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"winpolicy/internal/version"
)

func newVersion() *cobra.Command {
	var output format
	command := &cobra.Command{
		Use:     "version",
		Short:   "Show the version, and what the program was built from",
		Long:    "Show the version, the commit, the versions of Go and OPA, and the day of the data on images and platforms.",
		Example: "  winpolicy version -o json",
		Args:    cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			all, err := product()
			if err != nil {
				return err
			}
			found, err := version.Read(all)
			if err != nil {
				return err
			}
			return output.print(command, found, func(out io.Writer) error {
				_, err := fmt.Fprint(out, found)
				return err
			})
		},
	}
	output.register(command, "answer")
	return command
}

// printVersion makes --version print what the version command prints.
func printVersion(root *cobra.Command) {
	root.Flags().Bool("version", false, "show the version, and what the program was built from")
	show := newVersion()
	root.Args = cobra.NoArgs
	root.RunE = func(command *cobra.Command, args []string) error {
		if asked, _ := command.Flags().GetBool("version"); !asked {
			return command.Help()
		}
		show.SetOut(command.OutOrStdout())
		return show.RunE(show, args)
	}
}
