package catalog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/rego"
)

// factsPackage is the package whose set `found` holds the facts that a rule can need.
const factsPackage = "lib.windows.facts"

// fact is the form of the name of a fact. No field has such a name, and a label with a dot also has a slash.
var fact = regexp.MustCompile(`^[a-z]+\.[a-z]+$`)

// FactNames returns the names of the facts that METADATA `needs` can name, sorted.
func FactNames(all []rego.Module) []string {
	var names []string
	for _, module := range all {
		if module.Package() != factsPackage {
			continue
		}
		for _, rule := range module.Parsed.Rules {
			if name, ok := keyOf(rule); ok && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}

// keyOf returns "name" of a rule `found contains "name"`.
func keyOf(rule *ast.Rule) (string, bool) {
	if rule.Head.Name != "found" || rule.Head.Key == nil {
		return "", false
	}
	name, ok := rule.Head.Key.Value.(ast.String)
	return string(name), ok
}

// checkNeeds checks that the facts which rules need exist.
func checkNeeds(rules []Rule, facts []string) []error {
	var problems []error
	for _, rule := range rules {
		for _, need := range rule.Needs {
			if fact.MatchString(need) && !slices.Contains(facts, need) {
				problems = append(problems, fmt.Errorf("%s: METADATA custom.needs: %s has no fact %q; write the name of a field, or one of %s",
					rule.path(), factsPackage, need, strings.Join(facts, ", ")))
			}
		}
	}
	return problems
}
