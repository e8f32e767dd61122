package main

import (
	"fmt"
	"io"
	"maps"
	"strings"

	"winpolicy/internal/admission"
)

// admitted is what the policies answer to a request.
type admitted struct {
	Fault     string // the API server cannot read the object
	Object    object // as the API server hands it to admission
	OldObject object
	Decisions [][]string // by policy and validation: "" if it passes
}

// parity counts what policies and rules say.
type parity struct {
	objects, unreadable int
	abstained           int // findings of the rules where a policy says that it knows less
	before              int // findings of an update whose condition held before
	reports             map[string]int
	tried               map[string]try // by rule and condition
	open                []string
}

func newParity() *parity { return &parity{reports: map[string]int{}, tried: map[string]try{}} }

func (p *parity) add(other *parity) {
	if other == nil {
		return
	}
	p.objects += other.objects
	p.unreadable += other.unreadable
	p.abstained += other.abstained
	p.before += other.before
	p.open = append(p.open, other.open...)
	for rule, number := range other.reports {
		p.reports[rule] += number
	}
	for name, one := range other.tried {
		sum := p.tried[name]
		p.tried[name] = try{sum.meet + one.meet, sum.miss + one.miss}
	}
}

// partsTried tells for which rules a condition holds but for a part in which the policy abstains.
type partsTried struct{ abstain map[string]bool }

// count counts the conditions that the object meets, and those that it misses by one part.
func (j *jury) count(answer admitted, count *parity) partsTried {
	tried := partsTried{map[string]bool{}}
	parts := answer.Decisions[len(j.policies)]
	for _, condition := range j.probed {
		failed := 0
		for range condition.If {
			if parts[0] != "" {
				failed++
			}
			parts = parts[1:]
		}
		abstains := false
		for range condition.Unless {
			abstains = abstains || parts[0] == ""
			parts = parts[1:]
		}
		name := condition.Rule + ": " + condition.Name
		sum := count.tried[name]
		switch {
		case failed == 0 && abstains:
			tried.abstain[key(condition.Rule, condition.Severity)] = true
			sum.miss++
		case failed == 0:
			sum.meet++
		case failed == 1 && !abstains:
			sum.miss++
		}
		count.tried[name] = sum
	}
	return tried
}

// enough is how many objects must meet each condition, and how many must miss it by one part.
const enough = 200

// report prints the numbers, and gives how many disagreements and conditions without enough objects there are.
func (p *parity) report(source *admission.Source, output io.Writer, show int) int {
	fmt.Fprintf(output, "\nAdmission policies: %d objects, %d more unreadable to the API server\n", p.objects, p.unreadable)
	for _, rule := range sortedKeys(p.reports) {
		fmt.Fprintf(output, "  %6d times %s\n", p.reports[rule], rule)
	}
	fmt.Fprintf(output, "  %6d findings where a policy abstains, %d of updates whose condition held before\n", p.abstained, p.before)
	few := 0
	for _, policy := range source.Policies {
		for _, condition := range policy.Conditions {
			name := condition.Rule + ": " + condition.Name
			tried := p.tried[name]
			note := ""
			if p.objects >= 20000 && (tried.meet < enough || tried.miss < enough) {
				few++
				note = fmt.Sprintf(", fewer than %d", enough)
			}
			fmt.Fprintf(output, "  %-50s %6d meet it, %6d miss it by one part%s\n", name, tried.meet, tried.miss, note)
		}
	}
	fmt.Fprintf(output, "  %d disagreements\n", len(p.open))
	groups := map[string]int{}
	for _, text := range p.open {
		_, about, _ := strings.Cut(strings.SplitN(text, "\n", 2)[0], ": only ")
		groups[about]++
	}
	for _, about := range sortedKeys(maps.Clone(groups)) {
		fmt.Fprintf(output, "  %6d only %s\n", groups[about], about)
	}
	for _, text := range p.open[:min(show, len(p.open))] {
		fmt.Fprintf(output, "  %s\n", text)
	}
	return len(p.open) + few
}
