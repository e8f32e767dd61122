package cli

import (
	"github.com/spf13/cobra"

	"winpolicy/internal/check"
)

type checkOptions struct {
	reporting
	selection
}

func newCheck() *cobra.Command {
	var options checkOptions
	command := &cobra.Command{
		Use:   "check PATH...",
		Short: "Check manifests: files, folders, globs, or - for standard input",
		Long: `Check Kubernetes manifests in YAML or JSON.

In folders, hidden folders, node_modules and Helm charts are passed over.

Exit code 0: nothing is denied, or found at the severity of --fail-on. 1: something is. 2: a file cannot be read, or there is
nothing to judge.`,
		Example: `  winpolicy check deploy/
  helm template charts/web | winpolicy check -n shop -
  winpolicy check . -o text -o sarif=winpolicy.sarif
  winpolicy check . --changed origin/main --fail-on warn`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, paths []string) error { return options.run(command, paths) },
	}
	options.reporting.register(command)
	options.selection.register(command)
	options.accepting.register(command)
	return command
}

func (o *checkOptions) run(command *cobra.Command, paths []string) error {
	if o.changed != "" && o.ifEmpty == "fail" {
		o.ifEmpty = "ok" // nothing changed
	}
	return o.report(command, o.changed != "", func(known judgement) (input, error) {
		manifests, err := check.Open(command.Context(), paths, o.options(command, known.document))
		if err != nil {
			return nil, err
		}
		if o.outputs.has("json", "sarif") {
			manifests.WithEdits()
		}
		if o.outputs.has("sarif") || o.outputs.has(formatText) && widthOf(command.OutOrStdout()) > 0 {
			manifests.WithText()
		}
		return manifests, nil
	})
}
