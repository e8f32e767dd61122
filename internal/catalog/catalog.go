// Package catalog reads the rules from the METADATA of their Rego files, the only place that describes a rule.
package catalog

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"winpolicy/internal/rego"
)

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
	slices.SortStableFunc(rules, func(a, b Rule) int { return strings.Compare(a.ID, b.ID) })
	return rules, errors.Join(slices.Concat(problems, checkYieldsTo(rules), checkParametersOf(rules), checkNeeds(rules, FactNames(all)))...)
}

// Own returns the ids of a team's own rules, by folder.
func Own(rules []Rule) map[string][]string {
	own := map[string][]string{}
	for _, rule := range rules {
		if rule.Own() {
			own[rule.Folder] = append(own[rule.Folder], rule.ID)
		}
	}
	return own
}

// checkYieldsTo checks that rules yield only to rules of the same category, because those are in the same template.
func checkYieldsTo(rules []Rule) []error {
	var problems []error
	for _, rule := range rules {
		for _, id := range rule.YieldsTo {
			other, err := Find(rules, id)
			if err != nil || other.Category != rule.Category {
				problems = append(problems, fmt.Errorf("%s: METADATA custom.yieldsTo: %q is not a rule of the category %s", rule.path(), id, rule.Category))
			}
		}
	}
	return problems
}

// checkParametersOf checks that rules read only parameters of rules that have some.
func checkParametersOf(rules []Rule) []error {
	var problems []error
	for _, rule := range rules {
		for _, id := range rule.ParametersOf {
			if other, err := Find(rules, id); err != nil || len(other.Parameters) == 0 {
				problems = append(problems, fmt.Errorf("%s: METADATA custom.parametersOf: %q is not a rule with parameters", rule.path(), id))
			}
		}
	}
	return problems
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
