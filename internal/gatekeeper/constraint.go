package gatekeeper

import (
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
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
	Match             map[string]any `json:"match"`
	Parameters        map[string]any `json:"parameters"`
}

// Options are how the rules are grouped, and what of the configuration concerns Constraints.
type Options struct {
	Grouping   Grouping
	Settings   map[string]any // what decides, for all rules
	Gatekeeper map[string]any // the section of that name
}

// Constraints makes two Constraints a template: one that denies, one that warns. They differ in nothing else, for a
// rule re-graded in one alone would vanish from both.
func Constraints(rules []catalog.Rule, options Options) []Constraint {
	var all []Constraint
	for _, group := range options.Grouping.groups(rules) {
		all = append(all, options.constraints(group)...)
	}
	return all
}

func (o Options) constraints(group group) []Constraint {
	var all []Constraint
	for severity, action := range o.actions() {
		all = append(all, Constraint{
			APIVersion: "constraints.gatekeeper.sh/v1beta1",
			Kind:       group.kind(),
			Metadata:   Metadata{Name: nameOf(group, severity)},
			Spec: ConstraintSpec{
				EnforcementAction: action,
				Match:             o.match(group.rules),
				Parameters:        Parameters(group.judged(), o.Settings, severity),
			},
		})
	}
	return all
}

func nameOf(group group, severity finding.Severity) string {
	if severity == finding.Deny {
		return "windows-" + group.name
	}
	return "windows-" + group.name + "-" + string(severity)
}

// actions gives what follows from each severity: nothing at all where the others are only to be counted.
func (o Options) actions() func(func(finding.Severity, string) bool) {
	denying, ok := o.Gatekeeper["enforcementAction"].(string)
	if !ok {
		denying = "deny"
	}
	warning := "warn"
	if denying == "dryrun" {
		warning = denying
	}
	return func(yield func(finding.Severity, string) bool) {
		_ = yield(finding.Deny, denying) && yield(finding.Warn, warning)
	}
}

func (o Options) match(rules []catalog.Rule) map[string]any {
	match := map[string]any{}
	configured, _ := o.Gatekeeper["match"].(map[string]any)
	maps.Copy(match, configured)
	match["kinds"] = kindsOf(rules)
	return match
}

// Parameters is the part of the settings that concerns some rules, with the severity that a Constraint reports.
func Parameters(rules []catalog.Rule, settings map[string]any, severity finding.Severity) map[string]any {
	parameters := maps.Clone(settings)
	if parameters == nil {
		parameters = map[string]any{}
	}
	concerns := func(id string) bool {
		return slices.ContainsFunc(rules, func(rule catalog.Rule) bool { return rule.ID == id })
	}
	if all, ok := settings["rules"].(map[string]any); ok {
		some := maps.Clone(all)
		maps.DeleteFunc(some, func(id string, _ any) bool { return !concerns(id) })
		parameters["rules"] = some
		if len(some) == 0 {
			delete(parameters, "rules") // where there were some, the API server makes {} null when it is applied by itself
		}
	}
	if all, ok := settings["exceptions"].([]any); ok {
		parameters["exceptions"] = slices.DeleteFunc(slices.Clone(all), func(item any) bool {
			exception, _ := item.(map[string]any)
			id, _ := exception["rule"].(string)
			return !concerns(id)
		})
	}
	parameters["severities"] = []string{string(severity)}
	return parameters
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
