package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"winpolicy/internal/sample"
)

// compareAPI puts the grid and random objects before the API server's validation and Pod Security, and gives the number
// of disagreements.
func compareAPI(ctx context.Context, product *product, chosen options, output io.Writer) (open int, err error) {
	started := time.Now()
	samples, err := sample.Read(os.DirFS(chosen.samples))
	if err != nil {
		return 0, err
	}
	judges, stop, err := newJudges(ctx, product, chosen.oracle)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, stop()) }()
	fields, err := judges[0].oracle.fieldsOf()
	if err != nil {
		return 0, err
	}
	old, err := kept(samples)
	if err != nil {
		return 0, err
	}
	fixed, err := judgeAll(ctx, judges, concat(grid(fields), runtimeClasses, versions, resizes, deletions))
	if err != nil {
		return 0, err
	}
	made := source{seed: chosen.seed, fields: fields, samples: samples}
	free, err := judgeAll(ctx, judges, concat(slices.Values(old), made.requests(chosen.objects-fixed.objects-len(old))))
	if err != nil {
		return 0, err
	}
	least := floorOf(product.release)
	fmt.Fprintf(output, "\nAPI server: %d objects of the grid, %d kept, %d at random\n", fixed.objects, len(old), free.objects-len(old))
	fmt.Fprintf(output, "  the grid: %d refusals and %d denials, at the least %d and %d\n",
		fixed.refusals, fixed.denials, least.refusals, least.denials)
	fell := fixed.fell(least)
	for _, problem := range fell {
		fmt.Fprintf(output, "  %s\n", problem)
	}
	fixed.add(free)
	fixed.report(output, chosen.show)
	fmt.Fprintf(output, "  in %s\n", time.Since(started).Round(time.Second))
	return len(fixed.open) + len(fell), nil
}

// floor is the least that the grid must find, so that a comparison of nothing does not pass.
type floor struct{ refusals, denials int }

// floors are by the minor version of Kubernetes, whose fields make the grid. The grid is always the same: its findings may
// rise, with a rule or a release of Kubernetes, and not fall.
var floors = map[string]floor{
	"1.35": {refusals: 17343, denials: 17217},
	"1.36": {refusals: 17349, denials: 17219},
	"1.37": {refusals: 17376, denials: 17246},
}

// floorOf gives the floor for a release such as 1.37.2.
func floorOf(release string) floor { return floors[release[:max(strings.LastIndex(release, "."), 0)]] }

// fell says which numbers of the grid are lower than they were.
func (t *tally) fell(least floor) []string {
	var problems []string
	if t.refusals < least.refusals {
		problems = append(problems, fmt.Sprintf("only %d refusals of the grid, there were %d", t.refusals, least.refusals))
	}
	if t.denials < least.denials {
		problems = append(problems, fmt.Sprintf("only %d denials of the grid, there were %d", t.denials, least.denials))
	}
	return problems
}

// newJudges makes a judge for each processor.
func newJudges(ctx context.Context, product *product, path string) ([]judge, func() error, error) {
	made, err := product.engine(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	var judges []judge
	stop := func() (err error) {
		for _, one := range judges {
			err = errors.Join(err, one.oracle.stop())
		}
		return err
	}
	for range runtime.GOMAXPROCS(0) {
		started, err := startOracle(path)
		if err != nil {
			return nil, nil, errors.Join(err, stop())
		}
		judges = append(judges, judge{engine: made, oracle: started})
		if err := started.ask("cluster", clusters[0].question(), &struct{}{}); err != nil {
			return nil, nil, errors.Join(err, stop())
		}
	}
	return judges, stop, nil
}

func concat[T any](all ...iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		for _, some := range all {
			for one := range some {
				if !yield(one) {
					return
				}
			}
		}
	}
}

func (t *tally) report(output io.Writer, show int) {
	fmt.Fprintf(output, "  %d objects, %d of them unreadable to the API server\n", t.objects, t.unreadable)
	fmt.Fprintf(output, "  %d comparisons: %d refusals of the API server, %d denials enforced by it\n",
		t.refusals+t.denials, t.refusals, t.denials)
	for _, known := range differences {
		fmt.Fprintf(output, "  %6d allowed, %s: %s\n", t.allowed[known], known.who(), known.reason)
	}
	fmt.Fprintf(output, "  %d disagreements\n", len(t.open))
	groups := map[string]int{}
	for _, one := range t.open {
		groups[fmt.Sprintf("rule %q, cause %.100s", one.rule, one.cause)]++
	}
	for _, group := range sortedKeys(groups) {
		fmt.Fprintf(output, "  %6d of %s\n", groups[group], group)
	}
	for _, one := range t.open[:min(show, len(t.open))] {
		text, _ := json.Marshal(one.request)
		fmt.Fprintf(output, "  %s\n    rule %q, %s: %.300s\n    %s\n", one.request.origin, one.rule, one.path, one.cause, text)
	}
}
