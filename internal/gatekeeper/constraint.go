package gatekeeper

import (
	"io/fs"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
)

// Constraint is an object of a kind that a template defines.
type Constraint struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   Metadata       `json:"metadata"`
	Spec       ConstraintSpec `json:"spec"`
}

// ConstraintSpec selects the objects to judge, gives the parameters, and decides what Gatekeeper does with a finding.
type ConstraintSpec struct {
	EnforcementAction string         `json:"enforcementAction"`
	Match             map[string]any `json:"match"`
	Parameters        map[string]any `json:"parameters"`
}

// Options decide how the rules become templates and Constraints.
type Options struct {
	Grouping   Grouping
	Settings   map[string]any // of the configuration, for all rules
	Gatekeeper map[string]any // the configuration's section of that name
	Project    fs.FS          // the project that receives the files: versions go on from its templates; nil means an empty project
}

// Constraints makes two Constraints for each template: one denies, one warns. They differ in nothing else, because a finding
// whose severity is changed in only one of them would disappear from both. A template without a rule of the selected
// categories gets no Constraint.
func Constraints(rules []catalog.Rule, options Options) []Constraint {
	var all []Constraint
	for _, group := range options.Grouping.groups(rules) {
		all = append(all, options.constraints(group)...)
	}
	return all
}

func (o Options) constraints(group group) []Constraint {
	if len(o.selected(catalog.Categories(group.rules))) == 0 {
		return nil
	}
	categories := o.selected(group.categories())
	var all []Constraint
	for severity, action := range o.actions() {
		parameters := Parameters(group.configured(), o.Settings, severity)
		parameters["categories"] = categories
		all = append(all, Constraint{
			APIVersion: "constraints.gatekeeper.sh/v1beta1",
			Kind:       group.kind(),
			Metadata:   Metadata{Name: nameOf(group, severity)},
			Spec:       ConstraintSpec{EnforcementAction: action, Match: o.match(group.rules), Parameters: parameters},
		})
	}
	return all
}

// selected gives those of some categories that the configuration selects, by default all.
func (o Options) selected(categories []string) []string {
	configured, ok := o.Gatekeeper["categories"].([]any)
	if !ok {
		return categories
	}
	return slices.DeleteFunc(categories, func(category string) bool { return !slices.Contains(configured, any(category)) })
}

func nameOf(group group, severity finding.Severity) string {
	if severity == finding.Deny {
		return "windows-" + group.name
	}
	return "windows-" + group.name + "-" + string(severity)
}

// actions gives the enforcementAction for each severity. Warnings are only counted if denials are.
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

// Parameters gives the part of the settings that concerns some rules, with the severity that a Constraint reports.
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
			delete(parameters, "rules") // the API server makes {} null if an earlier Constraint had some
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

// kindsOf gives the kinds that some rule is about, those of the same API groups together.
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
	return slices.DeleteFunc(slices.Clone(all), func(kinds catalog.Kinds) bool {
		return slices.ContainsFunc(all, func(other catalog.Kinds) bool { return covers(other, kinds) })
	})
}

// covers tells whether an entry matches more than another one and everything that the other matches.
func covers(other, kinds catalog.Kinds) bool {
	return len(other.APIGroups) > len(kinds.APIGroups) && subset(kinds.APIGroups, other.APIGroups) && subset(kinds.Kinds, other.Kinds)
}

func subset(some, all []string) bool {
	return !slices.ContainsFunc(some, func(one string) bool { return !slices.Contains(all, one) })
}
