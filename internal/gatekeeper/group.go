package gatekeeper

import (
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
)

// Grouping decides which rules stand together in a template. What Gatekeeper costs depends on the number of templates and
// Constraints, and hardly on the number of rules.
type Grouping string

// The groupings. In each, rules that need other objects have templates of their own. A team's own rules have one template
// for each of their categories, except in ByRule.
const (
	All        Grouping = "all"
	BySubject  Grouping = "subject" // by what the rules judge; the default
	ByCategory Grouping = "category"
	ByRule     Grouping = "rule"
)

// Groupings are all groupings, in the order in which help and messages name them.
var Groupings = []Grouping{BySubject, ByCategory, ByRule, All}

// The groups of BySubject: what judges pods, what judges anything else, and what needs other objects to judge, which is also
// the folder of those templates.
const (
	workloads   = "workloads"
	cluster     = "cluster"
	referential = "referential"
)

// Of names the group of a rule, after which its template and its Constraints are called.
func (g Grouping) Of(rule catalog.Rule) string {
	switch {
	case g == ByRule:
		return rule.ID
	case rule.Own():
		return rule.Category
	case len(rule.Inventory) > 0:
		return referential
	case g == All:
		return string(All)
	case g == ByCategory:
		return rule.Category
	case aboutPods(rule):
		return workloads
	}
	return cluster
}

// group is what becomes one template.
type group struct {
	name      string
	rules     []catalog.Rule // that the template reports
	yieldedTo []catalog.Rule // that some of these yield to, and that another template reports
	read      []catalog.Rule // whose parameters some of these read, and that the template does not evaluate
}

// groups gives the groups of the rules, in the order of their names.
func (g Grouping) groups(all []catalog.Rule) []group {
	rules := map[string][]catalog.Rule{}
	for _, rule := range all {
		rules[g.Of(rule)] = append(rules[g.Of(rule)], rule)
	}
	var groups []group
	for _, name := range catalog.Names(rules) {
		made := group{name: name, rules: rules[name]}
		if !made.referential() { // the inventory can show more than the other template, so its rules do not yield
			made.yieldedTo = yieldedTo(made.rules, all)
		}
		made.read = read(made.judged(), all)
		groups = append(groups, made)
	}
	return groups
}

// yieldedTo gives the rules that some rules yield to and that are not among them.
func yieldedTo(some, all []catalog.Rule) []catalog.Rule {
	var others []catalog.Rule
	for _, rule := range all {
		yielded := slices.ContainsFunc(some, func(one catalog.Rule) bool {
			return slices.Contains(one.YieldsTo, rule.ID) || outranks(rule, one, finding.Warn) || outranks(rule, one, finding.Note)
		})
		if yielded && !slices.ContainsFunc(some, func(one catalog.Rule) bool { return one.ID == rule.ID }) {
			others = append(others, rule)
		}
	}
	return others
}

// read gives the rules whose parameters some rules read and that are not among them.
func read(some, all []catalog.Rule) []catalog.Rule {
	return slices.DeleteFunc(slices.Clone(all), func(rule catalog.Rule) bool {
		among := slices.ContainsFunc(some, func(one catalog.Rule) bool { return one.ID == rule.ID })
		return among || !slices.ContainsFunc(some, func(one catalog.Rule) bool { return slices.Contains(one.ParametersOf, rule.ID) })
	})
}

// outranks tells whether findings of a rule can replace findings of another one that have a severity.
func outranks(rule, other catalog.Rule, severity finding.Severity) bool {
	return rule.Outranks && rule.ID != other.ID && severity != finding.Deny && aboutPods(other) &&
		slices.Contains(other.Severities, severity)
}

// judged are the rules that the template evaluates.
func (g group) judged() []catalog.Rule { return slices.Concat(g.rules, g.yieldedTo) }

// configured are the rules whose settings the Constraints of the template carry.
func (g group) configured() []catalog.Rule { return slices.Concat(g.judged(), g.read) }

// categories are those of the rules that the template evaluates.
func (g group) categories() []string { return catalog.Categories(g.judged()) }

// referential tells whether the group needs the inventory. Gatekeeper refuses its template if referential rules are disabled.
func (g group) referential() bool {
	return slices.ContainsFunc(g.rules, func(rule catalog.Rule) bool { return len(rule.Inventory) > 0 })
}

// folder keeps the templates that need the inventory apart, so that a cluster without referential rules can take the others.
func (g group) folder() string {
	if g.referential() {
		return referential
	}
	return ""
}

// initialisms are the parts of a rule's id that its kind has in capitals.
var initialisms = []string{"dns", "gmsa", "os"}

// kind is the kind of the group's Constraints: K8sWindowsWorkloads, K8sWindowsOSName.
func (g group) kind() string {
	var kind strings.Builder
	for part := range strings.SplitSeq(g.name, "-") {
		if slices.Contains(initialisms, part) {
			kind.WriteString(strings.ToUpper(part))
		} else {
			kind.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return "K8sWindows" + kind.String()
}

// template is the name of the group's template. Gatekeeper requires the kind in lower case.
func (g group) template() string { return strings.ToLower(g.kind()) }

// file is the file of the template, below Folder.
func (g group) file() string { return strings.TrimPrefix(g.folder()+"/"+g.template()+".yaml", "/") }

var titles = map[string]string{
	workloads:      "Windows pods and the workloads that make them",
	cluster:        "Nodes, their configuration, and RuntimeClasses",
	referential:    "Rules that need other objects of the cluster",
	string(All):    "Windows workloads, and the nodes that run them",
	"restrictions": "What a Windows pod can set",
	"placement":    "Where a Windows pod lands",
}

func (g group) title() string {
	if title, ok := titles[g.name]; ok {
		return title
	}
	if len(g.rules) > 1 {
		return "Rules of the category " + g.name
	}
	return g.rules[0].Title
}

// aboutPods tells whether a rule judges pods.
func aboutPods(rule catalog.Rule) bool { return slices.Contains(rule.KindNames(), "Pod") }

func describe(rules []catalog.Rule) string {
	if len(rules) == 1 {
		return "Judges Windows workloads by the rule " + rules[0].ID + "."
	}
	return "Judges Windows workloads by the rules " + strings.Join(ids(rules), ", ") + "."
}

func ids(rules []catalog.Rule) []string {
	var all []string
	for _, rule := range rules {
		all = append(all, rule.ID)
	}
	return all
}

// bundlePrefix makes the name of a bundle in the catalogue from the name of a profile.
const bundlePrefix = "windows-"

// bundlesOf gives the bundles of the catalogue that some rule belongs to, sorted.
func bundlesOf(rules []catalog.Rule) []string {
	all := map[string]bool{}
	for _, rule := range rules {
		for _, profile := range rule.Profiles {
			all[bundlePrefix+profile] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
