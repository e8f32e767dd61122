package cli

import (
	"github.com/spf13/cobra"

	"winpolicy/internal/audit"
	"winpolicy/internal/cluster"
	"winpolicy/internal/version"
)

type auditOptions struct {
	reporting
	cluster  cluster.Flags
	pageSize int
}

func newAudit() *cobra.Command {
	var options auditOptions
	command := &cobra.Command{
		Use:   "audit",
		Short: "Check the objects of a live cluster",
		Long: `Check the objects of a live cluster. The command only reads: it gets and lists objects, and nothing else.

It takes kubectl's flags and kubeconfig. Without --all-namespaces it checks one namespace, as kubectl does, and no objects
that are in no namespace. What a controller made is reported once, at the controller.

Exit code 0: nothing is denied, or found at the severity of --fail-on. 1: something is. 2: the cluster cannot be read, or not
to the end, or there is nothing to judge. A kind that you may not list is a diagnostic.`,
		Example: `  winpolicy audit -A
  winpolicy audit -n shop -l app=web --notes
  winpolicy audit -A --context production -o text -o sarif=winpolicy.sarif
  winpolicy audit -A --rule linux-escape --fail-on warn`,
		Args: cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error { return options.run(command) },
	}
	options.outputs.live = true
	options.reporting.register(command)
	options.cluster.Register(command.Flags())
	command.Flags().IntVar(&options.pageSize, "page-size", 0, "how many objects the API server is asked for at once (default 500)")
	command.Flags().Lookup("page-size").Hidden = true
	return command
}

func (o *auditOptions) run(command *cobra.Command) error {
	partial := !o.cluster.All || o.cluster.Selector != ""
	return o.report(command, partial, func(judgement) (input, error) {
		reader, err := o.cluster.Open("winpolicy/" + version.Program())
		if err != nil {
			return nil, err
		}
		return audit.New(reader, audit.Options{
			Namespace: reader.Namespace, Selector: o.cluster.Selector, PageSize: o.pageSize, Chosen: o.chosen,
		}), nil
	})
}
