package cli

import (
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"winpolicy/internal/catalog"
	"winpolicy/internal/compiled"
	"winpolicy/internal/finding"
)

// complete makes the shell complete the values of flags of the commands directly below root, and the ids of rules.
func complete(root *cobra.Command) error {
	severities := finding.Names(finding.Severities())
	values := map[string]func() []string{
		"rule":             ruleIDs,
		"skip-rule":        ruleIDs,
		"write-exceptions": lastDays,
		"reason":           func() []string { return nil },
		"platform":         platforms,
		"fail-on":          func() []string { return append(slices.Clone(severities), "none") },
		"min-severity":     func() []string { return severities },
		"color":            func() []string { return []string{"auto", "always", "never"} },
		"engine":           func() []string { return []string{planEngine, topdownEngine} },
		"group":            func() []string { return []string{"subject", "category", "rule", "all"} },
		"if-empty":         func() []string { return []string{"fail", "ok"} },
	}
	var problems []error
	for _, command := range root.Commands() {
		for name, list := range values {
			if command.Flags().Lookup(name) != nil {
				problems = append(problems, command.RegisterFlagCompletionFunc(name, listed(list)))
			}
		}
		switch command.Name() {
		case "check", "audit":
			problems = append(problems, command.RegisterFlagCompletionFunc("output", listed(reportFormats)))
		case "test":
			problems = append(problems, command.RegisterFlagCompletionFunc("output", listed(func() []string { return []string{formatText, formatJSON, "junit"} })))
		case "diagnose":
			problems = append(problems, command.RegisterFlagCompletionFunc("output", listed(func() []string { return formats })))
			command.ValidArgsFunction = listed(func() []string { return []string{"-", "pod/", "pods"} })
		case "explain":
			command.ValidArgsFunction = listed(ruleIDs)
		}
	}
	return errors.Join(problems...)
}

// listed completes one of some values.
func listed(values func() []string) cobra.CompletionFunc {
	return func(*cobra.Command, []string, string) ([]string, cobra.ShellCompDirective) {
		return values(), cobra.ShellCompDirectiveNoFileComp
	}
}

func ruleIDs() []string {
	facts, err := compiled.Read()
	if err != nil {
		return nil
	}
	var ids []string
	for _, rule := range facts.Rules {
		ids = append(ids, rule.ID)
	}
	return ids
}

// lastDays are days that an exception may end on.
func lastDays() []string {
	var days []string
	for _, ahead := range []int{30, 90, 180} {
		days = append(days, time.Now().UTC().AddDate(0, 0, ahead).Format(time.DateOnly))
	}
	return days
}

func platforms() []string {
	facts, err := compiled.Read()
	if err != nil {
		return nil
	}
	return catalog.Names(facts.Platforms)
}
