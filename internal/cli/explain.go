package cli

import (
	"bytes"
	"fmt"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
	"winpolicy/internal/docs"
	"winpolicy/internal/sample"
	"winpolicy/samples"
)

func newExplain() *cobra.Command {
	var added ruleset
	command := &cobra.Command{
		Use:     "explain RULE",
		Short:   "Show one rule in full, with a sample that it finds and one that it accepts",
		Example: "  winpolicy explain host-network",
		Args:    cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			facts, err := added.facts()
			if err != nil {
				return err
			}
			rule, err := catalog.Find(facts.Rules, args[0])
			if err != nil {
				return err
			}
			known, err := sample.Read(samples.FS)
			if rule.Own() {
				known, err = samplesOf([]string{rule.Folder}, facts.Rules)
			}
			if err != nil {
				return fmt.Errorf("read the samples: %w", err)
			}
			article, err := docs.Write(rule, known)
			if err != nil {
				return err
			}
			var text bytes.Buffer
			article.Print(&text)
			_, err = command.OutOrStdout().Write(text.Bytes())
			return err
		},
	}
	added.register(command)
	return command
}
