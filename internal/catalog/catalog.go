// Package catalog reads the rules from the METADATA of their Rego files, the only place where a rule is described.
package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"winpolicy/internal/rego"
	"winpolicy/internal/schema"
)

// RulesPackage is the package below which every package is a rule.
const RulesPackage = "lib.windows.rules"

// The grades of a finding, the gravest first.
const (
	Deny = "deny" // refused, or cannot run
	Warn = "warn" // ignored, or bites
	Note = "note" // advice
)

// Rule is one rule, as its METADATA describes it.
type Rule struct {
	ID            string                   `json:"id"` // kebab-case; the package's last part is the same in snake_case
	Category      string                   `json:"category"`
	Enabled       bool                     `json:"enabled"`    // without configuration
	Severities    []string                 `json:"severities"` // that its findings have without configuration
	YieldsTo      []string                 `json:"yieldsTo"`   // the rules that say it better where they speak
	Needs         []string                 `json:"needs"`      // the names of fields without any of which it is silent about a pod
	AppliesBy     []string                 `json:"appliesBy"`  // the names of fields without any of which it is silent about any other pod
	Title         string                   `json:"title"`
	Description   string                   `json:"description"`
	Remedy        string                   `json:"remedy"` // what to do, in a sentence
	Kinds         []Kinds                  `json:"kinds"`
	Fields        []string                 `json:"fields"`     // that it looks at, the pod's own from its root
	EnforcedBy    []string                 `json:"enforcedBy"` // who refuses what it denies
	EnforcedSince []Release                `json:"enforcedSince"`
	Symptoms      []string                 `json:"symptoms"` // what one meets without the rule: events, states, errors
	Fixes         bool                     `json:"fixes"`    // whether findings can carry a fix
	Profiles      []string                 `json:"profiles"` // the sets of rules that it belongs to
	Since         string                   `json:"since"`    // the first release that has it
	Parameters    map[string]schema.Schema `json:"parameters"`
	Inventory     []Synced                 `json:"inventory"` // the other objects that it looks at
	References    []Reference              `json:"references"`
	Package       string                   `json:"package"`
	File          string                   `json:"file"` // below policies/
}

// Kinds names kinds of objects as Gatekeeper's match does.
type Kinds struct {
	APIGroups []string `json:"apiGroups"`
	Kinds     []string `json:"kinds"`
}

// Synced names kinds of objects as Gatekeeper's requires-sync-data does.
type Synced struct {
	Groups   []string `json:"groups"`
	Versions []string `json:"versions"`
	Kinds    []string `json:"kinds"`
}

// Release is a version of Kubernetes from which on something is enforced.
type Release struct {
	Version string `json:"version"` // v1.30
	What    string `json:"what"`    // the fields, and under which feature gate
}

// Reference is a page that says why.
type Reference struct {
	Title string `json:"title,omitempty"`
	URL   string `json:"url"`
}

// Load reads the rules of the modules, ordered by id. A rule that names no kinds is about all that carry a pod. Every
// breach of the METADATA contract is in the error, each with its file and what to add.
func Load(all []rego.Module) ([]Rule, error) {
	podKinds, err := PodKinds(all)
	if err != nil {
		return nil, err
	}
	var rules []Rule
	var problems []error
	for _, module := range all {
		problems = append(problems, module.Strays()...)
		if !strings.HasPrefix(module.Package(), RulesPackage+".") {
			continue
		}
		rule, err := read(module)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if len(rule.Kinds) == 0 {
			rule.Kinds = podKinds
		}
		rules = append(rules, rule)
	}
	if len(rules) == 0 && len(problems) == 0 {
		return nil, fmt.Errorf("no rule found: a rule is a package below %s", RulesPackage)
	}
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules, errors.Join(append(problems, yielding(rules)...)...)
}

// yielding checks that a rule yields to rules that are there, in the same template.
func yielding(rules []Rule) []error {
	var problems []error
	for _, rule := range rules {
		for _, id := range rule.YieldsTo {
			other, err := Find(rules, id)
			if err != nil || other.Category != rule.Category {
				problems = append(problems, fmt.Errorf("policies/%s: METADATA custom.yieldsTo: %q is no rule of the category %s", rule.File, id, rule.Category))
			}
		}
	}
	return problems
}

// Gives is what the findings of a rule are, and whether it has any unless it is switched on.
func (r Rule) Gives() string {
	text := strings.Join(r.Severities, ", ")
	if !r.Enabled {
		text += " (off)"
	}
	return text
}

// KindNames are the kinds that the rule is about, without their groups.
func (r Rule) KindNames() []string {
	var all []string
	for _, kinds := range r.Kinds {
		all = append(all, kinds.Kinds...)
	}
	return all
}

// Find gives the rule of an id.
func Find(rules []Rule, id string) (Rule, error) {
	index := slices.IndexFunc(rules, func(rule Rule) bool { return rule.ID == id })
	if index < 0 {
		return Rule{}, fmt.Errorf("no rule is called %q: `winpolicy rules` lists them", id)
	}
	return rules[index], nil
}

// Categories are the categories of the rules, in order, each once.
func Categories(rules []Rule) []string {
	return distinct(rules, func(rule Rule) []string { return []string{rule.Category} })
}

// InventoryKinds are the kinds of the objects that rules look at beside the one they judge, in order, each once.
func InventoryKinds(rules []Rule) []string {
	return distinct(rules, func(rule Rule) []string {
		var kinds []string
		for _, synced := range rule.Inventory {
			kinds = append(kinds, synced.Kinds...)
		}
		return kinds
	})
}

func distinct(rules []Rule, of func(Rule) []string) []string {
	var all []string
	for _, rule := range rules {
		all = append(all, of(rule)...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
