// Command truth compares what the product says with what Kubernetes does, and fails where they disagree. It asks the
// program of e2e/oracle; `make oracle` builds and runs both.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
)

type options struct {
	oracle  string
	samples string
	objects int
	repairs int

	admissions int
	pods       int
	bind       int
	seed       uint64
	show       int
	only       string
}

// parts are the comparisons, by the judge that the product stands before.
var parts = []struct {
	name    string
	compare func(context.Context, *product, options, io.Writer) (disagreements int, err error)
}{
	{"apiserver", compareAPI},
	{"podsecurity", comparePodSecurity},
	{"scheduler", comparePlacements},
	{"containerd", compareBuilds},
	{"kubelet", compareKubelet},
	{"repairs", compareRepairs},
	{"admission", compareAdmission},
}

func main() {
	var chosen options
	flag.StringVar(&chosen.oracle, "oracle", "../dist/tools/oracle", "the program of e2e/oracle")
	flag.StringVar(&chosen.samples, "samples", "../samples", "the folder of the samples")
	flag.IntVar(&chosen.objects, "n", 40000, "how many objects the API server judges, at the least; the grid is always whole")
	flag.IntVar(&chosen.pods, "pods", 4000, "how many pods are placed in each cluster, and judged by Pod Security and by the kubelet")
	flag.IntVar(&chosen.repairs, "repairs", 6000, "how many random objects are repaired, beside a third of the grid")
	flag.IntVar(&chosen.admissions, "admissions", 21000, "how many objects the admission policies judge")
	flag.IntVar(&chosen.bind, "bind", 500, "how many of them kube-scheduler binds")
	flag.Uint64Var(&chosen.seed, "seed", 1, "what the random objects are made from")
	flag.IntVar(&chosen.show, "show", 5, "how many disagreements to show in full")
	flag.StringVar(&chosen.only, "only", "", "the one judge to ask: apiserver, podsecurity, scheduler, containerd, kubelet, repairs or admission")
	flag.Parse()
	if err := run(context.Background(), chosen, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "truth:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, chosen options, output io.Writer) error {
	loaded, err := loadProduct()
	if err != nil {
		return err
	}
	if loaded.release, err = releaseOf(chosen.oracle); err != nil {
		return err
	}
	fmt.Fprintf(output, "Kubernetes %s, seed %d\n", loaded.release, chosen.seed)
	open, compared := 0, 0
	for _, part := range parts {
		if chosen.only != "" && chosen.only != part.name {
			continue
		}
		number, err := part.compare(ctx, loaded, chosen, output)
		if err != nil {
			return err
		}
		open += number
		compared++
	}
	if compared == 0 {
		return fmt.Errorf("-only %s: there is no such part", chosen.only)
	}
	fmt.Fprintf(output, "disagreements in all: %d\n", open)
	if open > 0 {
		return fmt.Errorf("%d disagreements", open)
	}
	return nil
}
