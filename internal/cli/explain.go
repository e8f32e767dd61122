package cli

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
	"winpolicy/internal/sample"
	"winpolicy/samples"
)

func newExplain() *cobra.Command {
	return &cobra.Command{
		Use:   "explain RULE",
		Short: "One rule in full, with a sample it refuses and one it accepts",
		Args:  cobra.ExactArgs(1),
		RunE: func(command *cobra.Command, args []string) error {
			facts, err := loadFacts()
			if err != nil {
				return err
			}
			rule, err := catalog.Find(facts.rules, args[0])
			if err != nil {
				return err
			}
			known, err := sample.Read(samples.FS)
			if err != nil {
				return fmt.Errorf("read the samples: %w", err)
			}
			var text bytes.Buffer
			explain(&text, rule)
			exemplify(&text, rule, known)
			_, err = command.OutOrStdout().Write(text.Bytes())
			return err
		},
	}
}

func explain(out io.Writer, rule catalog.Rule) {
	fmt.Fprintf(out, "%s: %s\n\n%s\n\n", rule.ID, rule.Title, rule.Description)
	fmt.Fprintf(out, "What to do   %s\n", rule.Remedy)
	fmt.Fprintf(out, "Category     %s\n", rule.Category)
	fmt.Fprintf(out, "Gives        %s\n", gives(rule))
	if !rule.Enabled {
		fmt.Fprintf(out, "Switch on    rules: {%s: {enabled: true}} in the configuration\n", rule.ID)
	}
	fmt.Fprintf(out, "Enforced by  %s\n", strings.Join(rule.EnforcedBy, ", "))
	fmt.Fprintf(out, "Kinds        %s\n", strings.Join(kindNames(rule), ", "))
	fmt.Fprintf(out, "Bundles      %s\n", strings.Join(rule.Bundles, ", "))
	fmt.Fprintf(out, "Since        %s\n", rule.Since)
	fmt.Fprintf(out, "Fields       %s\n", strings.Join(rule.Fields, "\n             "))
	for _, name := range slices.Sorted(maps.Keys(rule.Parameters)) {
		parameter := rule.Parameters[name]
		fmt.Fprintf(out, "Parameter    %s (%s, default %v): %s\n", name, parameter.Type, parameter.Default, parameter.Description)
	}
	for _, reference := range rule.References {
		fmt.Fprintf(out, "See          %s\n", reference.URL)
	}
}

func kindNames(rule catalog.Rule) []string {
	var all []string
	for _, kinds := range rule.Kinds {
		all = append(all, kinds.Kinds...)
	}
	return all
}

// exemplify shows the shortest sample of each sort, for the point is seen at a glance.
func exemplify(out io.Writer, rule catalog.Rule, known []sample.Sample) {
	var found, accepted []sample.Sample
	for _, one := range known {
		switch {
		case one.File != rule.ID+".yaml" || one.Given:
		case len(one.Wants) > 0:
			found = append(found, one)
		default:
			accepted = append(accepted, one)
		}
	}
	show(out, "Found in", found)
	show(out, "Silent on", accepted)
}

func show(out io.Writer, title string, some []sample.Sample) {
	if len(some) == 0 {
		return
	}
	shortest := slices.MinFunc(some, func(a, b sample.Sample) int {
		return len(a.Object.Document.Raw) - len(b.Object.Document.Raw)
	})
	text := strings.Trim(string(shortest.Object.Document.Raw), "-\n")
	fmt.Fprintf(out, "\n%s %s:\n\n    %s\n", title, shortest.Name, strings.ReplaceAll(text, "\n", "\n    "))
}
