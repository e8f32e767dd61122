package report

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"winpolicy/internal/jsontext"
)

// Baseline is the findings that a repository has already. It covers them, so that a run reports only what is new. It knows a
// finding by its rule, its object and its field, and not by its line.
type Baseline struct {
	left map[known]int // how many of each a run has not met yet
	all  map[known]int
}

// known is what a baseline knows of a finding.
type known struct {
	Rule      string `json:"rule"`
	Object    Object `json:"object"`
	Field     string `json:"field"`
	Container string `json:"container,omitempty"`
}

// entry is a known finding in the file, with how often it occurs.
type entry struct {
	known
	Count int `json:"count"`
}

// file is the form of the file.
type file struct {
	Form     string  `json:"form"`
	Findings []entry `json:"findings"`
}

func knownOf(v Violation) known { return known{v.Rule, v.Object, v.Field, v.Container} }

// NewBaseline returns an empty baseline, to which Record adds.
func NewBaseline() *Baseline { return &Baseline{left: map[known]int{}, all: map[known]int{}} }

// ReadBaseline reads the text that Text writes.
func ReadBaseline(text []byte) (*Baseline, error) {
	var read file
	if err := json.Unmarshal(text, &read); err != nil {
		return nil, fmt.Errorf("not a baseline: %w; write it with --write-baseline", err)
	}
	if read.Form != form {
		return nil, errors.New("not a baseline of this version; write it with --write-baseline")
	}
	made := NewBaseline()
	for _, one := range read.Findings {
		made.left[one.known] += one.Count
		made.all[one.known] += one.Count
	}
	return made, nil
}

// Cover moves the violations that the baseline has to those that are excepted.
func (b *Baseline) Cover(part *Report) {
	part.Cover(func(v Violation) (string, string, bool) {
		if b.left[knownOf(v)] == 0 {
			return "", "", false
		}
		b.left[knownOf(v)]--
		return "baseline", "it is in the baseline", true
	})
}

// Gone returns how many findings of the baseline a run has not met.
func (b *Baseline) Gone() int {
	gone := 0
	for _, number := range b.left {
		gone += number
	}
	return gone
}

// Record adds the violations of a part.
func (b *Baseline) Record(part *Report) {
	for _, violation := range part.Violations {
		b.all[knownOf(violation)]++
	}
}

// Text returns the baseline as JSON, in an order that does not depend on the run.
func (b *Baseline) Text() ([]byte, error) {
	written := file{Form: form, Findings: []entry{}}
	for one, number := range b.all {
		written.Findings = append(written.Findings, entry{one, number})
	}
	slices.SortFunc(written.Findings, func(x, y entry) int {
		return cmp.Or(
			cmp.Compare(x.Object.Namespace, y.Object.Namespace), cmp.Compare(x.Object.Kind, y.Object.Kind), cmp.Compare(x.Object.Name, y.Object.Name),
			cmp.Compare(x.Object.APIVersion, y.Object.APIVersion), cmp.Compare(x.Rule, y.Rule), cmp.Compare(x.Field, y.Field), cmp.Compare(x.Container, y.Container),
		)
	})
	text, err := jsontext.Indent(written, "  ")
	return append(text, '\n'), err
}
