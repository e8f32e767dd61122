package tree

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
)

// Graded tells by which severities a rule's findings can be asked for.
type Graded struct {
	Severities []string // that have a set of their own, sorted
	Rest       bool     // whether other findings belong to no such set
}

// SplitBySeverity makes a rule's findings askable by severity: `finding contains result.deny(…)` becomes
// `graded.deny contains …`. Findings whose severity the head does not show go to graded.rest. The package has to have one
// file.
func (t *Tree) SplitBySeverity(pkg string) (Graded, error) {
	if files := len(t.byPackage[pkg]); files != 1 {
		return Graded{}, fmt.Errorf("package %s has %d files; write a rule into one file", pkg, files)
	}
	module := t.byPackage[pkg][0]
	sets := map[string]bool{}
	for _, rule := range module.Rules {
		if nameOf(rule) != "finding" {
			continue
		}
		set := severityOf(rule, imports(module))
		sets[set] = true
		rename(rule, "graded", set)
	}
	graded := Graded{Rest: sets[Rest]}
	delete(sets, Rest)
	graded.Severities = slices.Sorted(maps.Keys(sets))
	return graded, nil
}

// Rest names the set of the findings whose severity is not known before they are evaluated.
const Rest = "rest"

// severityOf gives the severity of a rule's findings, or Rest if the head does not show it.
func severityOf(rule *ast.Rule, names map[string]string) string {
	if rule.Head.Key == nil {
		return Rest
	}
	call, ok := rule.Head.Key.Value.(ast.Call)
	if !ok || names[operator(call)] != result {
		return Rest
	}
	_, severity, _ := strings.Cut(call[0].Value.String(), ".")
	if !slices.Contains([]string{"deny", "warn", "note"}, severity) {
		return Rest
	}
	return severity
}

func rename(rule *ast.Rule, parts ...string) {
	ref := ast.Ref{ast.VarTerm(parts[0])}
	for _, part := range parts[1:] {
		ref = append(ref, ast.StringTerm(part))
	}
	for i, part := range ref {
		at := *rule.Location
		at.Text = []byte(parts[i])
		part.Location = &at
	}
	rule.Head.SetRef(ref)
	rule.Head.Name = "" // as the parser leaves it for a reference of several parts
}
