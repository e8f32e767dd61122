// Package ruletest tests rules: with samples, which are manifests that say what must be found in them, and with tests in
// Rego. It also tells which lines of the rules the tests in Rego never reach.
package ruletest

import (
	"context"
	"errors"
	"time"

	"winpolicy/internal/engine"
	"winpolicy/internal/sample"
)

// Row is what the samples or the tests of one rule gave.
type Row struct {
	Rule     string `json:"rule"`     // the id of the rule, the package of the tests, or the folder of samples that are judged together
	Findings int    `json:"findings"` // that the samples expect
	Cases    []Case `json:"cases"`
}

// Case is one sample or one test.
type Case struct {
	Name    string `json:"name"`
	Failure string `json:"failure,omitempty"` // what is wrong; "" if it passed
}

// newCase makes a case from its error, nil if it passed.
func newCase(name string, err error) Case {
	if err == nil {
		return Case{Name: name}
	}
	return Case{name, err.Error()}
}

// Failed returns the number of cases that failed.
func (r Row) Failed() int {
	failed := 0
	for _, one := range r.Cases {
		if one.Failure != "" {
			failed++
		}
	}
	return failed
}

// Samples judges samples, and returns a row for each of their groups, in the order of the files. now decides which exceptions
// have expired.
func Samples(ctx context.Context, rules engine.Rules, samples []sample.Sample, now time.Time) ([]Row, error) {
	var rows []Row
	for _, one := range samples {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if one.Given {
			continue
		}
		if name := one.Group(); len(rows) == 0 || rows[len(rows)-1].Rule != name {
			rows = append(rows, Row{Rule: name})
		}
		row := &rows[len(rows)-1]
		row.Findings += len(one.Wants)
		err := one.Judge(ctx, func(ctx context.Context, known engine.Data) (*engine.Engine, error) {
			return engine.Prepare(ctx, rules, known, now)
		})
		row.Cases = append(row.Cases, newCase(one.File+": "+one.Name, err))
	}
	if len(rows) == 0 {
		return nil, errors.New("there is no sample; add a manifest that the rule finds, and one that it accepts")
	}
	return rows, nil
}
