package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"winpolicy/internal/bundler"
)

func newBundle() *cobra.Command {
	var path string
	command := &cobra.Command{
		Use:   "bundle -o FILE",
		Short: "Write the OPA bundle",
		Long: `Write the OPA bundle: a tar.gz that OPA agents load. The same program writes the same bytes, always.

Agents ask it for winpolicy/admission/response (a whole AdmissionReview) or winpolicy/deny and winpolicy/warn.`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			all, err := product()
			if err != nil {
				return err
			}
			made, err := bundler.Build(command.Context(), all)
			if err != nil {
				return err
			}
			if path == "-" {
				_, err := command.OutOrStdout().Write(made.Tarball)
				return err
			}
			if err := writeFile(path, made.Tarball); err != nil {
				return fmt.Errorf("write the bundle: %w", err)
			}
			_, err = fmt.Fprintf(command.OutOrStdout(), "%s: %d bytes, revision %s\n", path, len(made.Tarball), made.Revision)
			return err
		},
	}
	command.Flags().StringVarP(&path, "output", "o", "bundle.tar.gz", "file to write, - for standard output")
	return command
}
