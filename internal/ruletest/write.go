package ruletest

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"winpolicy/internal/junit"
)

// Report is the result of a run.
type Report struct {
	Samples  []Row      `json:"samples"`
	Rego     []Row      `json:"rego,omitempty"`
	Coverage []Coverage `json:"coverage,omitempty"`
}

// Failed returns the number of cases that failed.
func (r Report) Failed() int {
	failed := 0
	for _, rows := range [][]Row{r.Samples, r.Rego} {
		for _, row := range rows {
			failed += row.Failed()
		}
	}
	return failed
}

// Text writes a table by rule, and every failure below it. With all it also lists the cases that passed.
func (r Report) Text(out io.Writer, all bool) error {
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "RULE\tSAMPLES\tFINDINGS\tPASSED\tFAILED")
	total := Row{}
	for _, row := range r.Samples {
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\n", row.Rule, len(row.Cases), row.Findings, len(row.Cases)-row.Failed(), row.Failed())
		total.Cases = append(total.Cases, row.Cases...)
		total.Findings += row.Findings
	}
	fmt.Fprintf(table, "total\t%d\t%d\t%d\t%d\n", len(total.Cases), total.Findings, len(total.Cases)-total.Failed(), total.Failed())
	if len(r.Rego) > 0 {
		fmt.Fprintln(table, "\nPACKAGE\tTESTS\t\tPASSED\tFAILED")
	}
	for _, row := range r.Rego {
		fmt.Fprintf(table, "%s\t%d\t\t%d\t%d\n", row.Rule, len(row.Cases), len(row.Cases)-row.Failed(), row.Failed())
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, one := range r.Coverage {
		fmt.Fprintf(out, "%s: the tests reach %.1f %% of the lines", one.File, one.Percent)
		if len(one.Missed) > 0 {
			fmt.Fprintf(out, ", and not %s", strings.Join(one.Missed, ", "))
		}
		fmt.Fprintln(out)
	}
	for _, rows := range [][]Row{r.Samples, r.Rego} {
		for _, row := range rows {
			for _, one := range row.Cases {
				switch {
				case one.Failure != "":
					fmt.Fprintf(out, "failed: %s\n    %s\n", one.Name, strings.ReplaceAll(one.Failure, "\n", "\n    "))
				case all:
					fmt.Fprintf(out, "passed: %s\n", one.Name)
				}
			}
		}
	}
	return nil
}

// JUnit writes the result as JUnit's XML, with one suite for each rule and each package of tests.
func (r Report) JUnit(out io.Writer) error {
	var suites []junit.Suite
	for _, rows := range [][]Row{r.Samples, r.Rego} {
		for _, row := range rows {
			made := junit.Suite{Name: row.Rule}
			for _, one := range row.Cases {
				written := junit.Case{Class: row.Rule, Name: one.Name}
				if one.Failure != "" {
					first, _, _ := strings.Cut(one.Failure, "\n")
					written.Failure = &junit.Outcome{Message: first, Text: one.Failure}
				}
				made.Cases = append(made.Cases, written)
			}
			suites = append(suites, made)
		}
	}
	return junit.Write(out, suites)
}
