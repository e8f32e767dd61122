package docs

import (
	"fmt"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/sample"
)

// examples are the first sample of the gravest severity, the first that is silent, and an exception for the former.
func examples(rule catalog.Rule, samples []sample.Sample) []Example {
	var found, silent *sample.Sample
	var grade int
	for i, one := range samples {
		if one.Group() != rule.ID || one.Given {
			continue
		}
		rank := gravest(one, rule.ID)
		switch {
		case len(one.Wants) == 0 && silent == nil:
			silent = &samples[i]
		case rank > grade:
			found, grade = &samples[i], rank
		}
	}
	var all []Example
	if found != nil {
		all = append(all, show("Found in "+found.Name, *found))
	}
	if silent != nil {
		all = append(all, show("Silent on "+silent.Name, *silent))
	}
	if found != nil {
		all = append(all, exception(rule, *found))
	}
	return all
}

// gravest ranks what a rule finds in a sample: 3 for a deny, 0 for nothing.
func gravest(one sample.Sample, rule string) int {
	rank := 0
	for _, want := range one.Wants {
		if want.Rule == rule {
			rank = max(rank, len(finding.Severities())-slices.Index(finding.Severities(), want.Severity))
		}
	}
	return rank
}

func show(name string, one sample.Sample) Example {
	return Example{Name: name, YAML: strings.Trim(string(one.Object.Document.Raw), "-\n") + "\n"}
}

// exception is what stands in a configuration to let one object pass. A configuration file goes by its kind alone.
func exception(rule catalog.Rule, found sample.Sample) Example {
	object := found.Judged()
	kind, _ := object["kind"].(string)
	name := ""
	if object["metadata"] != nil {
		name = "    name: " + found.Name + "\n"
	}
	return Example{
		Name: "Exception",
		Text: "To accept the finding of one object, add this to winpolicy.yaml",
		YAML: fmt.Sprintf("exceptions:\n  - rule: %s\n    kind: %s\n%s    reason: why it may stay as it is\n", rule.ID, kind, name),
	}
}
