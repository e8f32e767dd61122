package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"net/url"
	"slices"
	"unicode/utf8"

	"winpolicy/internal/finding"
	"winpolicy/internal/jsontext"
)

// maxResults is how many results of a run GitHub's code scanning shows.
const maxResults = 5000

// SARIF writes SARIF 2.1.0, for code scanning and editors. It holds at most maxResults results, the gravest first, and says in
// a notification what it left out.
func SARIF(out io.Writer, options Options) Writer {
	return &sarifWriter{out: out, options: options, prints: fingerprints{}, results: map[finding.Severity][]sarifResult{}, used: map[string]bool{}}
}

type sarifWriter struct {
	out     io.Writer
	options Options
	prints  fingerprints
	results map[finding.Severity][]sarifResult
	used    map[string]bool // rules with a result
	total   int
	errors  []Error
	told    []Diagnostic
}

func (w *sarifWriter) Write(part *Report) error {
	for _, one := range w.options.shown(part.Violations) {
		print := w.prints.of(one) // also of results that are left out, so that the others keep theirs
		w.add(one, resultOf(one, print))
	}
	if w.options.Excepted { // only if somebody asks, because code scanning shows what is suppressed as well
		for _, one := range part.Excepted {
			made := resultOf(one, w.prints.of(one))
			kind := "external"
			if one.By == "ignore" {
				kind = "inSource"
			}
			made.Suppressions = []sarifSuppression{{kind, one.Reason}}
			w.add(one, made)
		}
	}
	w.errors = append(w.errors, part.Errors...)
	w.told = append(w.told, part.Diagnostics...)
	return nil
}

// add counts the result of a violation, and keeps it unless there are too many.
func (w *sarifWriter) add(violation Violation, made sarifResult) {
	if w.total++; len(w.results[violation.Severity]) < maxResults {
		w.results[violation.Severity] = append(w.results[violation.Severity], made)
		w.used[violation.Rule] = true
	}
}

func (w *sarifWriter) End(_ Total, diagnostics []Diagnostic) error {
	results := []sarifResult{}
	for _, severity := range finding.Severities() {
		results = append(results, w.results[severity]...)
	}
	results = results[:min(len(results), maxResults)]
	if cut := w.total - len(results); cut > 0 {
		diagnostics = append(diagnostics, Diagnostic{Message: fmt.Sprintf("%s left out, because code scanning shows %d", Count(cut, "result"), maxResults)})
	}
	rules := w.rules()
	for i, one := range results {
		results[i].RuleIndex = slices.IndexFunc(rules, func(rule sarifRule) bool { return rule.ID == one.RuleID })
	}
	run := sarifRun{
		Tool:        sarifTool{sarifDriver{Name: "winpolicy", Version: w.options.Guide.Version, Rules: rules}},
		Invocations: []sarifInvocation{{Successful: len(w.errors) == 0, Notifications: w.notifications(diagnostics)}},
		Results:     results, Columns: "unicodeCodePoints",
	}
	return jsontext.Write(w.out, sarifLog{
		Schema: "https://json.schemastore.org/sarif-2.1.0.json", Version: "2.1.0", Runs: []sarifRun{run},
	})
}

// rules describes the rules that have a result, by id.
func (w *sarifWriter) rules() []sarifRule {
	rules := []sarifRule{}
	for _, id := range slices.Sorted(maps.Keys(w.used)) {
		rule := w.options.Guide.Rules[id]
		rules = append(rules, sarifRule{
			ID: id, HelpURI: rule.Help,
			Short:   sarifText{Text: cmp.Or(rule.Title, id) + "."},
			Full:    sarifText{Text: cmp.Or(rule.Description, rule.Title, id)},
			Help:    sarifText{Text: cmp.Or(rule.Remedy, rule.Title, id), Markdown: rule.Description + "\n\n**What to do:** " + rule.Remedy + "\n\n`winpolicy explain " + id + "` shows the rule in full."},
			Default: sarifLevel{levelOf(rule.Level)},
		})
	}
	return rules
}

// notifications tells errors and diagnostics.
func (w *sarifWriter) notifications(diagnostics []Diagnostic) []sarifNotification {
	all := []sarifNotification{}
	for _, one := range w.errors {
		all = append(all, sarifNotification{"error", sarifText{Text: one.Message}, placeIn(one.File, one.Line)})
	}
	for _, one := range slices.Concat(w.told, diagnostics) {
		all = append(all, sarifNotification{"note", sarifText{Text: one.Message}, placeIn(one.File, one.Line)})
	}
	return all
}

// resultOf makes a result of a violation.
func resultOf(v Violation, print string) sarifResult {
	at := placeIn(v.File, v.Line)
	if at == nil { // an object of a cluster is in no file
		at = []sarifLocation{{}}
	} else {
		region := at[0].Physical.Region
		region.Column = v.Column
		if length := utf8.RuneCountInString(v.Text); length >= v.Column {
			region.EndColumn = length + 1
		}
	}
	at[0].Logical = []sarifLogical{{Name: v.Object.Name, Full: v.Object.String() + " " + v.Field, Kind: "object"}}
	made := sarifResult{
		RuleID: v.Rule, Level: levelOf(v.Severity), Message: sarifText{Text: v.Object.String() + ": " + v.Message},
		Locations: at, Fingerprints: map[string]string{"winpolicy/v1": print},
	}
	if len(v.Edits) > 0 {
		change := sarifChange{Artifact: at[0].Physical.Artifact}
		for _, edit := range v.Edits {
			change.Replacements = append(change.Replacements, sarifReplacement{
				Deleted:  sarifRegion{Line: edit.Line, Column: 1, EndLine: edit.EndLine, EndColumn: 1},
				Inserted: sarifText{Text: edit.Text},
			})
		}
		made.Fixes = []sarifFix{{sarifText{Text: "Repair " + v.Field + "."}, []sarifChange{change}}}
	}
	return made
}

// placeIn returns the location of a line. A line of 0 is the file.
func placeIn(file string, line int) []sarifLocation {
	if file == "" {
		return nil
	}
	made := sarifLocation{Physical: &sarifPhysical{Artifact: sarifArtifact{(&url.URL{Path: file}).String()}}}
	if line > 0 {
		made.Physical.Region = &sarifRegion{Line: line}
	}
	return []sarifLocation{made}
}

func levelOf(severity finding.Severity) string {
	switch severity {
	case finding.Deny:
		return "error"
	case finding.Warn:
		return "warning"
	}
	return "note"
}
