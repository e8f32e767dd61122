// Package catalog reads the rules from the METADATA of their Rego files, the only place that describes a rule.
package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
	"winpolicy/internal/schema"
)

// RulesPackage is the package that holds the rules: every package below it is one rule.
const RulesPackage = "lib.windows.rules"

// Rule is one rule, as the METADATA of its package describes it.
type Rule struct {
	Metadata
	Title       string      `json:"title"`
	Description string      `json:"description"`
	Fixes       bool        `json:"fixes"` // whether findings can carry a fix
	References  []Reference `json:"references"`
	Package     string      `json:"package"`
	File        string      `json:"file"` // below policies/
}

// Metadata is what the METADATA of a rule holds under the key custom. Any other key there is an error.
type Metadata struct {
	ID            string                   `json:"id"` // kebab-case; the package's last part is the same in snake_case
	Category      string                   `json:"category"`
	Enabled       bool                     `json:"enabled"`    // without configuration
	Severities    []finding.Severity       `json:"severities"` // of its findings without configuration
	YieldsTo      []string                 `json:"yieldsTo"`   // rules whose findings replace those of this rule
	Needs         []string                 `json:"needs"`      // the rule is skipped for pods that set none of these fields
	AppliesBy     []string                 `json:"appliesBy"`  // the rule is skipped for other objects that set none of these fields
	Remedy        string                   `json:"remedy"`     // what to do, in a sentence
	Kinds         []Kinds                  `json:"kinds"`      // that the rule judges
	Fields        []string                 `json:"fields"`     // that the rule reads; a pod's fields from the root of the pod
	EnforcedBy    []string                 `json:"enforcedBy"` // who refuses what the rule denies
	EnforcedSince []Release                `json:"enforcedSince"`
	Symptoms      []string                 `json:"symptoms"` // events, states and errors in a cluster without the rule
	Profiles      []string                 `json:"profiles"` // the sets of rules that the rule belongs to
	Since         string                   `json:"since"`    // the first release with the rule
	Parameters    map[string]schema.Schema `json:"parameters"`
	Inventory     []Synced                 `json:"inventory"` // the other objects that the rule reads
}

// Kinds names kinds of objects as Gatekeeper's match does.
type Kinds struct {
	APIGroups []string `json:"apiGroups"`
	Kinds     []string `json:"kinds"`
}

// Synced names kinds of objects as Gatekeeper's requires-sync-data does, and the fields that a rule reads of them.
type Synced struct {
	Groups   []string `json:"groups"`
	Versions []string `json:"versions"`
	Kinds    []string `json:"kinds"`
	Fields   []string `json:"fields,omitempty"` // paths from the object's root; [*] is every item of a list
}

// Release is the first version of Kubernetes that enforces something.
type Release struct {
	Version string `json:"version"` // v1.30
	What    string `json:"what"`    // the fields, and the feature gate if there is one
}

// Reference is a page that explains the rule.
type Reference struct {
	Title string `json:"title,omitempty"`
	URL   string `json:"url"`
}

// Load reads the rules of the modules, ordered by id. A rule that names no kinds judges every kind that carries a pod.
// The error holds every mistake in METADATA, each with its file and what to write.
func Load(all []rego.Module) ([]Rule, error) {
	podKinds, err := readPodKinds(all)
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
		rule, err := read(module, podKinds)
		if err != nil {
			problems = append(problems, err)
			continue
		}
		if len(rule.Kinds) == 0 {
			rule.Kinds = kindsOf(podKinds)
		}
		rules = append(rules, rule)
	}
	if len(rules) == 0 && len(problems) == 0 {
		return nil, fmt.Errorf("no rule found: a rule is a package below %s", RulesPackage)
	}
	slices.SortFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules, errors.Join(append(problems, checkYieldsTo(rules)...)...)
}

// checkYieldsTo checks that rules yield only to rules of the same category, because those are in the same template.
func checkYieldsTo(rules []Rule) []error {
	var problems []error
	for _, rule := range rules {
		for _, id := range rule.YieldsTo {
			other, err := Find(rules, id)
			if err != nil || other.Category != rule.Category {
				problems = append(problems, fmt.Errorf("policies/%s: METADATA custom.yieldsTo: %q is not a rule of the category %s", rule.File, id, rule.Category))
			}
		}
	}
	return problems
}

// SeverityLabel returns the severities of a rule as text, with "(off)" if the rule is disabled by default.
func (r Rule) SeverityLabel() string {
	text := finding.Join(r.Severities)
	if !r.Enabled {
		text += " (off)"
	}
	return text
}

// KindNames returns the kinds that the rule judges, without their groups.
func (r Rule) KindNames() []string {
	var all []string
	for _, kinds := range r.Kinds {
		all = append(all, kinds.Kinds...)
	}
	return all
}

// Find returns the rule with an id.
func Find(rules []Rule, id string) (Rule, error) {
	index := slices.IndexFunc(rules, func(rule Rule) bool { return rule.ID == id })
	if index < 0 {
		return Rule{}, fmt.Errorf("no rule is called %q; `winpolicy rules` lists them", id)
	}
	return rules[index], nil
}

// Categories returns the categories of the rules, sorted, each once.
func Categories(rules []Rule) []string {
	var all []string
	for _, rule := range rules {
		all = append(all, rule.Category)
	}
	slices.Sort(all)
	return slices.Compact(all)
}
