package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
	"winpolicy/internal/cluster"
	"winpolicy/internal/diagnose"
	"winpolicy/internal/engine"
	"winpolicy/internal/version"
)

type diagnoseOptions struct {
	judging
	cluster cluster.Flags
	output  format
}

func newDiagnose() *cobra.Command {
	var options diagnoseOptions
	command := &cobra.Command{
		Use:   "diagnose TEXT... | - | pods | pod/NAME...",
		Short: "Find the cause of an error text, an event or a pod",
		Long: `Find the rules that name the cause of what a cluster shows.

TEXT is the text of an error, an event or a state. - reads standard input: logs, the output of kubectl describe, or pods, events
and other objects as kubectl prints them with -o json or -o yaml. Of several pods, those that run well are passed over.

pod/NAME, or pod NAME, reads the pod and its events from the cluster. pods reads all pods of the namespace that do not run
well. The command takes kubectl's flags and kubeconfig, and it only reads. Quote a text that begins with the word pod.

A rule comes first if its symptom is there and it also finds the fault in the object. Then come rules that only find a fault, and
then rules that only have the symptom.

Exit code 0: a cause is found. 1: none is found. 2: something cannot be read or judged.`,
		Example: `  winpolicy diagnose "no match for platform in manifest: not found"
  kubectl get pods,events -n shop -o json | winpolicy diagnose -
  kubectl describe pod web -n shop | winpolicy diagnose -
  winpolicy diagnose pod/web -n shop
  winpolicy diagnose pods -A --platform aks`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(command *cobra.Command, args []string) error { return options.run(command, args) },
	}
	options.output.register(command, "answer")
	options.judging.register(command)
	options.cluster.Register(command.Flags())
	return command
}

func (o *diagnoseOptions) run(command *cobra.Command, args []string) error {
	known, err := o.read(command)
	if err != nil {
		return err
	}
	input, err := o.input(command, args)
	if err != nil {
		return err
	}
	diagnoser, err := diagnose.New(diagnose.Options{
		Rules:  slices.DeleteFunc(slices.Clone(known.facts.Rules), func(rule catalog.Rule) bool { return !o.chosen(rule.ID) }),
		Config: known.document.Settings(), Help: version.Help,
		Prepare: func(ctx context.Context, data engine.Data) (*engine.Engine, error) {
			rules, err := o.ruleset.rules(ctx, o.engine, o.config.log(command))
			if err != nil {
				return nil, err
			}
			return engine.Prepare(ctx, rules, data, known.now)
		},
	})
	if err != nil {
		return err
	}
	result, err := diagnoser.Diagnose(command.Context(), input)
	if err != nil {
		return err
	}
	return o.write(command, result)
}

// input reads standard input or the cluster, or takes the text of the arguments.
func (o *diagnoseOptions) input(command *cobra.Command, args []string) (diagnose.Input, error) {
	if names, ok := podsOf(args); ok {
		return o.live(command, names)
	}
	if !slices.Contains(args, "-") {
		return diagnose.Input{Texts: []diagnose.Text{{Line: 1, Text: strings.Join(args, " ")}}}, nil
	}
	if len(args) > 1 {
		return diagnose.Input{}, errors.New("- reads standard input; give it alone, or give a text")
	}
	return diagnose.Read(command.InOrStdin(), "standard input")
}

// live reads the cluster.
func (o *diagnoseOptions) live(command *cobra.Command, names []string) (diagnose.Input, error) {
	if len(names) > 0 && (o.cluster.All || o.cluster.Selector != "") {
		return diagnose.Input{}, errors.New("a pod is named, so leave out --all-namespaces and --selector")
	}
	reader, err := o.cluster.Open("winpolicy/" + version.Program())
	if err != nil {
		return diagnose.Input{}, err
	}
	return diagnose.Live(command.Context(), reader, diagnose.Wanted{Namespace: reader.Namespace, Names: names, Selector: o.cluster.Selector})
}

// write writes the answer and gives the exit code.
func (o *diagnoseOptions) write(command *cobra.Command, result *diagnose.Report) error {
	print := result.Text
	if o.output == formatJSON {
		print = func(out io.Writer) error { return result.JSON(out, version.Program()) }
	}
	if err := print(command.OutOrStdout()); err != nil {
		return err
	}
	for _, failure := range result.Errors {
		if o.output != formatJSON {
			fmt.Fprintln(command.ErrOrStderr(), failure)
		}
	}
	switch {
	case len(result.Errors) > 0:
		return exitError{code: exitFailed}
	case !result.Found():
		return exitError{code: exitDenied}
	}
	return nil
}
