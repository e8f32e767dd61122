package gatekeeper

import (
	"slices"
	"strings"

	"winpolicy/internal/catalog"
)

// Grouping is how the rules are put together into templates. Gatekeeper's cost is by template and hardly by rule.
type Grouping string

// The groupings there are. Rules that look at other objects are in templates of their own under each.
const (
	All        Grouping = "all"
	ByCategory Grouping = "category" // what is installed unless another is asked for
	ByRule     Grouping = "rule"
)

// Groupings are all of them.
var Groupings = []Grouping{All, ByCategory, ByRule}

// referential is the group of the rules that look at other objects than the one they judge, and the folder of such.
const referential = "referential"

// Of names the group of a rule, after which its template and Constraints are called.
func (g Grouping) Of(rule catalog.Rule) string {
	switch {
	case g == ByRule:
		return rule.ID
	case len(rule.Inventory) > 0:
		return referential
	case g == All:
		return string(All)
	}
	return rule.Category
}

// group is what becomes one template.
type group struct {
	name   string
	rules  []catalog.Rule // that it reports
	better []catalog.Rule // that those yield to, and another template reports
}

// groups are those of the rules, in the order of their names.
func (g Grouping) groups(all []catalog.Rule) []group {
	rules := map[string][]catalog.Rule{}
	for _, rule := range all {
		rules[g.Of(rule)] = append(rules[g.Of(rule)], rule)
	}
	var groups []group
	for _, name := range catalog.Names(rules) {
		made := group{name: name, rules: rules[name]}
		if !made.referential() { // what another rule says there for knowing the inventory, its own template does not
			made.better = betterThan(made.rules, all)
		}
		groups = append(groups, made)
	}
	return groups
}

// betterThan are the rules that some yield to and that are not among them.
func betterThan(some, all []catalog.Rule) []catalog.Rule {
	var better []catalog.Rule
	for _, rule := range all {
		yielded := slices.ContainsFunc(some, func(one catalog.Rule) bool { return slices.Contains(one.YieldsTo, rule.ID) })
		if yielded && !slices.ContainsFunc(some, func(one catalog.Rule) bool { return one.ID == rule.ID }) {
			better = append(better, rule)
		}
	}
	return better
}

// judged are the rules that the template evaluates.
func (g group) judged() []catalog.Rule { return slices.Concat(g.rules, g.better) }

// referential tells a group that needs the inventory. Where referential rules are disabled Gatekeeper refuses its
// template whole.
func (g group) referential() bool { return len(g.rules[0].Inventory) > 0 }

// folder keeps what needs the inventory apart, so that a cluster without referential rules can take all the rest.
func (g group) folder() string {
	if g.referential() {
		return referential
	}
	return ""
}

// initialisms are the parts of a rule's id that its kind has in capitals.
var initialisms = []string{"dns", "gmsa", "os"}

// kind is that of the group's Constraints: K8sWindowsRestrictions, K8sWindowsOSName.
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

// template is the name of the group's template, which Gatekeeper wants to be its kind in lower case.
func (g group) template() string { return strings.ToLower(g.kind()) }

// file is that of the template, below Folder.
func (g group) file() string { return strings.TrimPrefix(g.folder()+"/"+g.template()+".yaml", "/") }

var titles = map[string]string{
	referential:    "What only the other objects of the cluster show",
	string(All):    "What Windows workloads may say, and where they will land",
	"restrictions": "What a Windows pod may say",
	"placement":    "Where a Windows pod will land",
	"cluster":      "What the nodes and their configuration say",
}

func (g group) title() string {
	if title, ok := titles[g.name]; ok {
		return title
	}
	return g.rules[0].Title
}
