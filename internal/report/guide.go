package report

import "winpolicy/internal/finding"

// Guide is what the reports say about rules and about the program, beside the findings.
type Guide struct {
	Version string          // of the program
	Rules   map[string]Rule // by id
}

// Rule is what a report says about a rule.
type Rule struct {
	Title       string
	Description string // why the rule exists, in Markdown
	Remedy      string // what to do, in a sentence
	Help        string // address of the page of the rule; "" if there is none
	Level       finding.Severity
}

// Options decide what a report shows.
type Options struct {
	Least    finding.Severity // findings below it are left out; "" leaves out none
	FailOn   finding.Severity // findings of this severity or a graver one fail the run; "" if none does
	Excepted bool             // text and sarif: show findings that exceptions cover
	Quiet    bool             // text: findings and errors alone
	Live     bool             // whether the objects are those of a cluster, and in no file
	Color    bool             // text: with colours
	Width    int              // text: of the terminal; 0 if there is none, which gives one line for each finding
	Guide    Guide
}

// shows tells whether a report with these options has a finding of a severity.
func (o Options) shows(severity finding.Severity) bool {
	return o.Least == "" || severity.Compare(o.Least) <= 0
}

// shown returns the violations that a report with these options has.
func (o Options) shown(all []Violation) []Violation {
	var some []Violation
	for _, one := range all {
		if o.shows(one.Severity) {
			some = append(some, one)
		}
	}
	return some
}
