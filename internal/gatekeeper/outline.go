package gatekeeper

import (
	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
)

// Outline is what a Constraint is before it is configured. What gives a Constraint its settings elsewhere, such as a Helm
// chart, begins with it.
type Outline struct {
	Kind        string          `json:"kind"`
	Name        string          `json:"name"`
	Severity    string          `json:"severity"`    // the one that it reports
	Referential bool            `json:"referential"` // whether its template needs the inventory
	Kinds       []catalog.Kinds `json:"kinds"`       // that it matches
	Reports     []string        `json:"reports"`     // the categories of the rules that it reports
	Categories  []string        `json:"categories"`  // the values of its parameter categories: also those of rules that only replace findings
	Rules       []string        `json:"rules"`       // the ids of the rules whose settings it carries
}

// Outlines gives the Constraints of a grouping, in the order of Constraints.
func Outlines(rules []catalog.Rule, grouping Grouping) []Outline {
	var all []Outline
	for _, group := range grouping.groups(rules) {
		for _, severity := range []finding.Severity{finding.Deny, finding.Warn} {
			all = append(all, Outline{
				Kind: group.kind(), Name: nameOf(group, severity), Severity: string(severity), Referential: group.referential(),
				Kinds: kindsOf(group.rules), Reports: catalog.Categories(group.rules), Categories: group.categories(),
				Rules: ids(group.configured()),
			})
		}
	}
	return all
}
