package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"
)

// startWithMatrix starts an oracle and asks it first which images run on which nodes.
func startWithMatrix(path string) (*oracle, map[[2]string]bool, error) {
	started, err := startOracle(path)
	if err != nil {
		return nil, nil, err
	}
	runs, err := matrix(started)
	if err != nil {
		return nil, nil, errors.Join(err, started.stop())
	}
	return started, runs, nil
}

// comparePlacements puts pods before the scheduler, in each of the clusters, and gives the number of disagreements.
func comparePlacements(ctx context.Context, product *product, chosen options, output io.Writer) (open int, err error) {
	started, runs, err := startWithMatrix(chosen.oracle)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, started.stop()) }()
	fmt.Fprintf(output, "\nScheduler: %d pods in each cluster, %d of them bound by kube-scheduler\n", chosen.pods, min(chosen.bind, chosen.pods))
	for _, cluster := range clusters {
		begun := time.Now()
		judge, err := product.engine(ctx, cluster.configuration())
		if err != nil {
			return 0, err
		}
		one := placer{cluster: cluster, engine: judge, oracle: started, isOne: product.isPlacement, runs: runs}
		count, err := one.compare(ctx, chosen.seed, chosen.pods, chosen.bind)
		if err != nil {
			return 0, err
		}
		fmt.Fprintf(output, "  %s (%s)\n", cluster.name, time.Since(begun).Round(time.Second))
		count.report(output, chosen.show)
		open += len(count.open)
	}
	return open, nil
}

func (p *placements) report(output io.Writer, show int) {
	fmt.Fprintf(output, "    %d comparisons: %d pods pass, with %d landings; %d denials enforced by the scheduler; %d refused by admission; %d bound\n",
		p.passing+p.denied+p.refused+p.bound, p.passing, p.landings, p.denied, p.refused, p.bound)
	for _, rule := range sortedKeys(p.byRule) {
		fmt.Fprintf(output, "    %6d denied by %s\n", p.byRule[rule], rule)
	}
	for _, one := range placementConditions {
		fmt.Fprintf(output, "    %6d meet, %6d miss: %s\n", p.tried[one.name].meet, p.tried[one.name].miss, one.name)
	}
	for _, known := range placementDifferences {
		fmt.Fprintf(output, "    %6d allowed: %s\n", p.allowed[known], known.reason)
	}
	fmt.Fprintf(output, "    %d disagreements\n", len(p.open))
	groups := map[string]int{}
	for _, one := range p.open {
		groups[one.problem]++
	}
	for _, group := range sortedKeys(groups) {
		fmt.Fprintf(output, "    %6d of %.100s\n", groups[group], group)
	}
	for _, one := range p.open[:min(show, len(p.open))] {
		text, _ := json.Marshal(one.pod)
		fmt.Fprintf(output, "    %s: %s\n      lands on %v %s\n", one.problem, text, one.answer.Nodes, one.answer.Refused)
		for _, found := range one.findings {
			fmt.Fprintf(output, "      %s %s\n", found.Severity, found.Message)
		}
	}
}

// compareBuilds puts the builds of images before containerd, and gives the number of disagreements.
func compareBuilds(ctx context.Context, product *product, chosen options, output io.Writer) (open int, err error) {
	started, runs, err := startWithMatrix(chosen.oracle)
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, started.stop()) }()
	judge, err := product.engine(ctx, nil)
	if err != nil {
		return 0, err
	}
	number, problems, err := compareImages(ctx, judge, runs)
	if err != nil {
		return 0, err
	}
	fmt.Fprintf(output, "\ncontainerd: %d comparisons of a node's build and an image's tag, %d disagreements\n", number, len(problems))
	for _, problem := range problems[:min(chosen.show, len(problems))] {
		fmt.Fprintf(output, "  %s\n", problem)
	}
	return len(problems), nil
}
