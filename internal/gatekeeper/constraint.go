package gatekeeper

import (
	"slices"
	"strings"

	"winpolicy/internal/catalog"
)

// Constraint is one of the kinds that the templates define.
type Constraint struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   Metadata       `json:"metadata"`
	Spec       ConstraintSpec `json:"spec"`
}

// ConstraintSpec says what is judged, by which parameters, and what follows.
type ConstraintSpec struct {
	EnforcementAction string         `json:"enforcementAction"`
	Match             Match          `json:"match"`
	Parameters        map[string]any `json:"parameters"`
}

// Match picks the objects.
type Match struct {
	Kinds []catalog.Kinds `json:"kinds"`
}

// Constraints makes two Constraints a category: one that denies, one that warns. They differ in nothing else, for a
// rule re-graded in one alone would vanish from both.
func Constraints(rules []catalog.Rule) []Constraint {
	var all []Constraint
	for _, category := range catalog.Categories(rules) {
		some := rulesOf(rules, category)
		all = append(all,
			constraint(category, "windows-"+category, catalog.Deny, kindsOf(some)),
			constraint(category, "windows-"+category+"-warn", catalog.Warn, kindsOf(some)))
	}
	return all
}

func constraint(category, name, severity string, kinds []catalog.Kinds) Constraint {
	return Constraint{
		APIVersion: "constraints.gatekeeper.sh/v1beta1",
		Kind:       kindOf(category),
		Metadata:   Metadata{Name: name},
		Spec: ConstraintSpec{
			EnforcementAction: severity,
			Match:             Match{Kinds: kinds},
			Parameters:        map[string]any{"severities": []string{severity}},
		},
	}
}

// kindsOf are the kinds that some rule is about, those of one API group together.
func kindsOf(rules []catalog.Rule) []catalog.Kinds {
	byGroup := map[string][]string{}
	for _, rule := range rules {
		for _, kinds := range rule.Kinds {
			group := strings.Join(kinds.APIGroups, ",")
			byGroup[group] = append(byGroup[group], kinds.Kinds...)
		}
	}
	var all []catalog.Kinds
	for group, names := range byGroup {
		slices.Sort(names)
		all = append(all, catalog.Kinds{APIGroups: strings.Split(group, ","), Kinds: slices.Compact(names)})
	}
	slices.SortFunc(all, func(a, b catalog.Kinds) int { return slices.Compare(a.APIGroups, b.APIGroups) })
	return all
}
