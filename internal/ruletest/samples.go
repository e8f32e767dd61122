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
	Rule     string // the id of the rule, or the folder of samples that are judged together
	Cases    []Case
	Findings int // that the samples expect
}

// Case is one sample or one test.
type Case struct {
	Name string
	Err  error // nil if it passed
}

// Failed returns the number of cases that failed.
func (r Row) Failed() int {
	failed := 0
	for _, one := range r.Cases {
		if one.Err != nil {
			failed++
		}
	}
	return failed
}

// Samples judges samples, and returns a row for each of their files, in the order of the files. now decides which exceptions
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
		row.Cases = append(row.Cases, Case{Name: one.File + ": " + one.Name, Err: err})
	}
	if len(rows) == 0 {
		return nil, errors.New("there is no sample; add a manifest that the rule finds, and one that it accepts")
	}
	return rows, nil
}
