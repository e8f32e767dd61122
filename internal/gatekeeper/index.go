package gatekeeper

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/gatekeeper/tree"
)

// sets are what is asked of rules, each written in Rego as [the last part of the rule's package, the name of the set].
type sets []string

func (s sets) String() string {
	if len(s) == 0 {
		return "set()"
	}
	slices.Sort(s)
	return "{" + strings.Join(slices.Compact(s), ", ") + "}"
}

// table is an object in Rego.
type table[value fmt.Stringer] map[string]value

func (t table[value]) String() string {
	var entries []string
	for _, key := range slices.Sorted(maps.Keys(t)) {
		entries = append(entries, fmt.Sprintf("%q: %s", key, t[key]))
	}
	return "{" + strings.Join(entries, ", ") + "}"
}

// indexer knows the rules of a template.
type indexer struct {
	rules    []catalog.Rule
	graded   map[string]tree.Graded // by id
	applying map[string]bool        // by id: whether the rule defines `applies`
}

// text gives lib.windows.index, by which lib.windows.asked knows what to ask of which rules. It holds only constants, which
// cost nothing to evaluate. A rule that is off by default is asked only if it is configured.
func (i indexer) text() string {
	always, needing, others := table[sets]{}, table[table[sets]]{}, table[sets]{}
	for _, severity := range finding.Names(finding.Severities()) {
		needing[severity] = table[sets]{}
		always[severity] = nil
		others[severity] = nil
		for _, rule := range i.rules {
			if !rule.Enabled || !aboutPods(rule) {
				continue
			}
			asked := i.asked(rule, severity)
			if len(rule.Needs) == 0 {
				always[severity] = append(always[severity], asked...)
			}
			for _, field := range rule.Needs {
				needing[severity][field] = append(needing[severity][field], asked...)
			}
			if i.applying[rule.ID] {
				others[severity] = append(others[severity], asked...)
			}
		}
		maps.DeleteFunc(needing[severity], func(_ string, asked sets) bool { return len(asked) == 0 })
	}
	return fmt.Sprintf("package lib.windows.index\n\nalways := %s\n\nneeding := %s\n\nothers := %s\n\nconfigured := %s\n",
		always, needing, others, i.configured())
}

// configured gives what is asked of a rule that is configured, and of those that it yields to.
func (i indexer) configured() table[sets] {
	all := table[sets]{}
	for _, rule := range i.rules {
		all[rule.ID] = i.all(rule.ID)
		for _, id := range rule.YieldsTo {
			all[rule.ID] = append(all[rule.ID], i.all(id)...)
		}
	}
	return all
}

// asked gives what is asked of a rule for a severity: nothing if it never has that severity, and all its findings if another
// rule yields to it that has the severity.
func (i indexer) asked(rule catalog.Rule, severity string) sets {
	if slices.ContainsFunc(i.rules, func(other catalog.Rule) bool {
		return slices.Contains(other.YieldsTo, rule.ID) && slices.Contains(other.Severities, finding.Severity(severity)) ||
			outranks(rule, other, finding.Severity(severity))
	}) {
		return i.all(rule.ID)
	}
	graded := i.graded[rule.ID]
	switch {
	case !slices.Contains(rule.Severities, finding.Severity(severity)):
		return nil
	case graded.Rest || !slices.Contains(graded.Severities, severity):
		return i.all(rule.ID)
	default:
		return sets{set(rule.ID, severity)}
	}
}

// all gives everything that can be asked of a rule.
func (i indexer) all(id string) sets {
	var every sets
	for _, severity := range i.graded[id].Severities {
		every = append(every, set(id, severity))
	}
	if i.graded[id].Rest {
		every = append(every, set(id, tree.Rest))
	}
	return every
}

func set(id, name string) string {
	return fmt.Sprintf("[%q, %q]", strings.ReplaceAll(id, "-", "_"), name)
}
