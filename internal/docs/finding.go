package docs

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/planner"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
)

// Row is one kind of finding of a rule, as its samples show it.
type Row struct {
	Fields     []string // that it was found at, sorted; a pod's fields from the root of the pod, every index as *
	Text       string   // what the message says of the field, with … for what differs from object to object
	Severity   finding.Severity
	EnforcedBy string
}

// sampled is a finding of a rule in one of its samples.
type sampled struct {
	finding.Finding
	sample sample.Sample
}

// judge evaluates the samples of the rules' own files, and returns the findings of each rule in the order of its samples.
// It skips samples whose configuration changes severities or has exceptions, because a page shows the built-in ones.
func judge(ctx context.Context, modules []rego.Module, samples []sample.Sample) (map[string][]sampled, error) {
	compiledRules, err := planner.Rules(ctx, modules)
	if err != nil {
		return nil, err
	}
	found := map[string][]sampled{}
	for _, one := range samples {
		id := one.Group()
		if one.Given || len(one.Wants) == 0 || one.Config["exceptions"] != nil || changesSeverity(one, id) {
			continue
		}
		rules, err := engine.Prepare(ctx, compiledRules, one.Data(), time.Time{})
		if err != nil {
			return nil, err
		}
		verdict, err := rules.Judge(ctx, one.Object.Value)
		if err != nil {
			return nil, fmt.Errorf("%s: %s: %w", one.File, one.Name, err)
		}
		for _, each := range verdict.Findings {
			if each.Rule == id {
				found[id] = append(found[id], sampled{each, one})
			}
		}
	}
	return found, nil
}

func changesSeverity(one sample.Sample, id string) bool {
	rules, _ := one.Config["rules"].(map[string]any)
	settings, _ := rules[id].(map[string]any)
	return settings["severity"] != nil
}

// table returns one row for each severity, enforcer and text of the findings: the gravest first, then as found.
func table(found []sampled, formats []*format) []Row {
	var rows []Row
	for _, one := range found {
		row := Row{Text: general(one.Says(), formats), Severity: one.Severity, EnforcedBy: one.EnforcedBy}
		place := slices.IndexFunc(rows, func(other Row) bool {
			return other.Text == row.Text && other.Severity == row.Severity && other.EnforcedBy == row.EnforcedBy
		})
		if place < 0 {
			place, rows = len(rows), append(rows, row)
		}
		if field := fromPod(one.Field); !slices.Contains(rows[place].Fields, field) {
			rows[place].Fields = append(rows[place].Fields, field)
			slices.Sort(rows[place].Fields)
		}
	}
	slices.SortStableFunc(rows, func(a, b Row) int { return a.Severity.Compare(b.Severity) })
	return rows
}

var (
	index    = regexp.MustCompile(`\[\d+\]`)
	template = regexp.MustCompile(`^spec\.(jobTemplate\.spec\.)?template\.`)
)

// fromPod is a field from the root of the pod, with * for each index.
func fromPod(field string) string {
	return index.ReplaceAllString(template.ReplaceAllString(field, ""), "[*]")
}

// format is the first argument of a sprintf.
type format struct {
	text    string // with … for each verb
	literal int    // the bytes of it that are not verbs
	pattern *regexp.Regexp
}

var verb = regexp.MustCompile(`%[a-z]`)

// formatsOf returns the formats of the messages in the modules. It leaves out those that are mostly verbs, because they would
// match any text.
func formatsOf(modules []rego.Module) []*format {
	const least = 12
	var all []*format
	for _, module := range modules {
		ast.WalkTerms(module.Parsed, func(term *ast.Term) bool {
			call, ok := term.Value.(ast.Call)
			if !ok || len(call) < 2 || call[0].String() != "sprintf" {
				return false
			}
			if written, ok := call[1].Value.(ast.String); ok {
				literals := verb.Split(string(written), -1)
				one := &format{text: strings.Join(literals, "…"), literal: len(strings.Join(literals, ""))}
				for i := range literals {
					literals[i] = regexp.QuoteMeta(literals[i])
				}
				one.pattern = regexp.MustCompile("^(?s:" + strings.Join(literals, ".*") + ")$")
				if one.literal >= least {
					all = append(all, one)
				}
			}
			return false
		})
	}
	return all
}

// general puts … in the place of what a format filled in. Of several formats that match, the most literal one decides.
func general(text string, formats []*format) string {
	var best *format
	for _, one := range formats {
		if one.pattern.MatchString(text) && (best == nil || one.literal > best.literal) {
			best = one
		}
	}
	if best == nil {
		return text
	}
	return best.text
}
