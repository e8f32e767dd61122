package ruletest

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/open-policy-agent/opa/v1/cover"
	"github.com/open-policy-agent/opa/v1/storage/inmem"
	"github.com/open-policy-agent/opa/v1/tester"

	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
)

// Coverage is how much of a file the tests in Rego reach.
type Coverage struct {
	File    string   `json:"file"`
	Percent float64  `json:"percent"`
	Missed  []string `json:"missed,omitempty"` // the lines that no test reaches, "7" or "7-9"
}

// Rego runs the tests in Rego of a team's own rules. all are the modules of the program and the own ones. tests are the own
// tests, and helpers the modules of tests that only help them. The rows are by package, in the order of the packages.
func Rego(ctx context.Context, all, tests, helpers []rego.Module) ([]Row, []Coverage, error) {
	parsed := map[string]*ast.Module{}
	for _, module := range slices.Concat(all, tests, helpers) {
		parsed[module.File()] = module.Parsed
	}
	reached := cover.New()
	runner := tester.NewRunner().SetStore(inmem.New()).SetModules(parsed).SetCompiler(rego.Compiler()).SetCoverageQueryTracer(reached)
	results, err := runner.RunTests(ctx, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("run the tests in Rego: %w", err)
	}
	own := map[string]bool{}
	for _, module := range tests {
		own[module.File()] = true
	}
	rows := map[string]*Row{}
	for result := range results {
		if result.Location == nil || !own[result.Location.File] {
			continue
		}
		name := strings.TrimSuffix(strings.TrimPrefix(result.Package, "data."), "_test")
		if rows[name] == nil {
			rows[name] = &Row{Rule: name}
		}
		rows[name].Cases = append(rows[name].Cases, casesOf(result)...)
	}
	return sorted(rows), coverage(reached, parsed, all), ctx.Err()
}

// casesOf returns one case for a test, or one for each case of its table.
func casesOf(result *tester.Result) []Case {
	if len(result.SubResults) == 0 {
		return []Case{newCase(result.Name, failure(result))}
	}
	var cases []Case
	for _, name := range catalog.Names(result.SubResults) {
		one := Case{Name: result.Name + ": " + name}
		if result.SubResults[name].Fail {
			one.Failure = fmt.Sprintf("%s: the case %q failed", result.Location, name)
		}
		cases = append(cases, one)
	}
	return cases
}

func failure(result *tester.Result) error {
	switch {
	case result.Pass() || result.Skip:
		return nil
	case result.Error != nil:
		return fmt.Errorf("%s: %w", result.Location, result.Error)
	}
	return fmt.Errorf("%s: the test failed", result.Location)
}

func sorted(rows map[string]*Row) []Row {
	var all []Row
	for _, name := range catalog.Names(rows) {
		all = append(all, *rows[name])
	}
	return all
}

// coverage returns how much of each own module is reached.
func coverage(reached *cover.Cover, parsed map[string]*ast.Module, all []rego.Module) []Coverage {
	report := reached.Report(parsed)
	var covered []Coverage
	for _, module := range all {
		if !module.Own() {
			continue
		}
		one := Coverage{File: module.File(), Percent: 100}
		if file := report.Files[module.File()]; file != nil {
			one.Percent = file.Coverage
			for _, missed := range file.NotCovered {
				one.Missed = append(one.Missed, lines(missed))
			}
		}
		covered = append(covered, one)
	}
	return covered
}

func lines(missed cover.Range) string {
	if missed.Start.Row == missed.End.Row {
		return fmt.Sprint(missed.Start.Row)
	}
	return fmt.Sprintf("%d-%d", missed.Start.Row, missed.End.Row)
}
