// Command truth compares what the product says with what Kubernetes does, and fails where they disagree. It asks the
// program of e2e/oracle; `make oracle` builds and runs both.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"os"
	"runtime"
	"time"

	"winpolicy/bundle"
	"winpolicy/internal/engine"
	"winpolicy/internal/modules"
	"winpolicy/internal/sample"
	"winpolicy/policies"
)

type options struct {
	oracle  string
	samples string
	objects int
	seed    uint64
	show    int
}

func main() {
	var chosen options
	flag.StringVar(&chosen.oracle, "oracle", "../dist/tools/oracle", "the program of e2e/oracle")
	flag.StringVar(&chosen.samples, "samples", "../samples", "the folder of the samples")
	flag.IntVar(&chosen.objects, "n", 40000, "how many objects to make at the least; the grid is always whole")
	flag.Uint64Var(&chosen.seed, "seed", 1, "what the random objects are made from")
	flag.IntVar(&chosen.show, "show", 5, "how many disagreements to show in full")
	flag.Parse()
	if err := run(context.Background(), chosen, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, chosen options, output io.Writer) (err error) {
	started := time.Now()
	samples, err := sample.Read(os.DirFS(chosen.samples))
	if err != nil {
		return err
	}
	judges, stop, err := newJudges(ctx, chosen.oracle)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, stop()) }()
	fields, err := judges[0].oracle.fieldsOf()
	if err != nil {
		return err
	}
	fmt.Fprintf(output, "seed %d\n", chosen.seed)
	fixed, err := judgeAll(ctx, judges, concat(grid(fields), runtimeClasses, resizes))
	if err != nil {
		return err
	}
	made := source{seed: chosen.seed, fields: fields, samples: samples}
	free, err := judgeAll(ctx, judges, func(yield func(request) bool) {
		for number := range max(chosen.objects-fixed.objects, 0) {
			if !yield(made.request(number)) {
				return
			}
		}
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(output, "%d objects of the grid, %d at random\n", fixed.objects, free.objects)
	fixed.add(free)
	report(output, fixed, chosen.show)
	fmt.Fprintf(output, "%s\n", time.Since(started).Round(time.Second))
	if len(fixed.open) > 0 {
		return fmt.Errorf("%d disagreements", len(fixed.open))
	}
	return nil
}

// newJudges makes a judge for each processor.
func newJudges(ctx context.Context, path string) ([]judge, func() error, error) {
	all, err := modules.Load(policies.FS, bundle.FS)
	if err != nil {
		return nil, nil, err
	}
	made, err := engine.New(ctx, all, nil, time.Time{})
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
		if err := started.ask("cluster", nodes(), &struct{}{}); err != nil {
			return nil, nil, errors.Join(err, stop())
		}
	}
	return judges, stop, nil
}

func concat(all ...iter.Seq[request]) iter.Seq[request] {
	return func(yield func(request) bool) {
		for _, some := range all {
			for one := range some {
				if !yield(one) {
					return
				}
			}
		}
	}
}

func report(output io.Writer, sum *tally, show int) {
	fmt.Fprintf(output, "objects %d, of them unreadable to the API server %d\n", sum.objects, sum.unreadable)
	fmt.Fprintf(output, "comparisons: %d refusals of the API server, %d denials enforced by it\n", sum.refusals, sum.denials)
	for _, known := range differences {
		fmt.Fprintf(output, "allowed %6d  %s: %s\n", sum.allowed[known], known.rule, known.reason)
	}
	fmt.Fprintf(output, "disagreements %d\n", len(sum.open))
	groups := map[string]int{}
	for _, one := range sum.open {
		groups[fmt.Sprintf("rule %q, cause %.100s", one.rule, one.cause)]++
	}
	for _, group := range sortedKeys(groups) {
		fmt.Fprintf(output, "%6d %.200s\n", groups[group], group)
	}
	for _, one := range sum.open[:min(show, len(sum.open))] {
		text, _ := json.Marshal(one.request)
		fmt.Fprintf(output, "%s\n  rule %q, %s: %.300s\n  %s\n", one.request.origin, one.rule, one.path, one.cause, text)
	}
}
