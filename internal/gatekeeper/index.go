package gatekeeper

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
)

// graded is how a finding of one severity is written. One that is not takes part in all of them.
var graded = regexp.MustCompile(`(?m)^finding contains result\.(deny|warn|note)\(`)

// bySeverity writes a rule so that it can be asked for one severity alone: graded.deny and its like beside `finding`, which
// holds them all, and is graded.all too.
func bySeverity(source string) string {
	text := graded.ReplaceAllString(source, "graded.$1 contains result.$1(")
	for _, severity := range severitiesOf(source) {
		text += fmt.Sprintf("\nfinding contains found if some found in graded.%s\n", severity)
	}
	return text + "\ngraded.all contains found if some found in finding\n"
}

func severitiesOf(source string) []string {
	var all []string
	for _, match := range graded.FindAllStringSubmatch(source, -1) {
		all = append(all, match[1])
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// sets are what is asked of rules, each written as [the last part of its package, the set].
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
	rules   []catalog.Rule
	modules map[string]rego.Module // by package
}

// index writes lib.windows.index, by which lib.windows.asked knows what to ask of which rules: literals, which cost
// nothing when they are evaluated. What is off by default is asked where it is configured.
func (i indexer) index() string {
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
			if i.modules[rule.Package].Defines("applies") {
				others[severity] = append(others[severity], asked...)
			}
		}
		maps.DeleteFunc(needing[severity], func(_ string, asked sets) bool { return len(asked) == 0 })
	}
	configured := table[sets]{}
	for _, rule := range i.rules {
		configured[rule.ID] = sets{set(rule.ID, "all")}
		for _, id := range rule.YieldsTo {
			configured[rule.ID] = append(configured[rule.ID], set(id, "all"))
		}
	}
	return fmt.Sprintf("package lib.windows.index\n\nalways := %s\n\nneeding := %s\n\nothers := %s\n\nconfigured := %s\n",
		always, needing, others, configured)
}

// asked is what is asked of a rule for a severity: nothing if it never gives that, and all it finds if another rule that
// gives it yields to this one.
func (i indexer) asked(rule catalog.Rule, severity string) sets {
	if slices.ContainsFunc(i.rules, func(other catalog.Rule) bool {
		return slices.Contains(other.YieldsTo, rule.ID) && slices.Contains(other.Severities, finding.Severity(severity))
	}) {
		return sets{set(rule.ID, "all")}
	}
	source := string(i.modules[rule.Package].Source)
	switch {
	case !slices.Contains(rule.Severities, finding.Severity(severity)):
		return nil
	case strings.Count(source, "\nfinding contains ") > len(graded.FindAllString(source, -1)):
		return sets{set(rule.ID, "all")}
	default:
		return sets{set(rule.ID, severity)}
	}
}

func set(id, name string) string {
	return fmt.Sprintf("[%q, %q]", strings.ReplaceAll(id, "-", "_"), name)
}
