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
	"sync"
	"time"

	"sigs.k8s.io/yaml"

	"winpolicy/internal/admission"
	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/sample"
	"winpolicy/policies"
)

// admissionConfigs are the configurations under which policies and rules are compared. Together they meet every condition.
var admissionConfigs = []engine.Config{
	{"platform": "generic"},
	{"platform": "gke"},
	{"platform": "eks"},
	{"platform": "aks", "rules": object{
		"container-administrator": object{"parameters": object{"requireRunAsNonRoot": true, "requireRunAsUserName": true}},
	}},
	{"taints": []any{object{"key": "os", "value": "windows", "effect": "NoSchedule"}, object{"key": "pool", "value": "win", "effect": "NoExecute"}}},
	{"rules": object{
		"linux-escape":         object{"parameters": object{"requireLinuxSelector": true}},
		"host-process-account": object{"parameters": object{"accounts": []any{`NT AUTHORITY\SYSTEM`, "winpolicy"}}},
	}},
}

// compareAdmission puts random objects before the admission policies, as the API server evaluates them, and before the rules.
// Rule by rule they must agree, except in what a .cel file says that its policy leaves out.
func compareAdmission(ctx context.Context, product *product, chosen options, output io.Writer) (int, error) {
	if strings.HasPrefix(product.release, "1.35.") {
		fmt.Fprintf(output, "\nAdmission policies need Kubernetes %s\n", admission.MinimumKubernetes)
		return 0, nil
	}
	started := time.Now()
	source, err := admission.Read(policies.FS, product.modules, product.rules)
	if err != nil {
		return 0, err
	}
	samples, err := sample.Read(os.DirFS(chosen.samples))
	if err != nil {
		return 0, err
	}
	sum := newParity()
	var lock sync.Mutex
	var working sync.WaitGroup
	numbers := make(chan int, len(admissionConfigs))
	for number := range admissionConfigs {
		numbers <- number
	}
	close(numbers)
	for range runtime.GOMAXPROCS(0) {
		working.Go(func() {
			for number := range numbers {
				requests := concat(workloadsOf(samples), admissionRequests(chosen.seed+uint64(number), chosen.admissions/len(admissionConfigs)))
				count, problem := product.parity(ctx, source, admissionConfigs[number], chosen.oracle, requests)
				lock.Lock()
				sum.add(count)
				err = errors.Join(err, problem)
				lock.Unlock()
			}
		})
	}
	working.Wait()
	if err != nil {
		return 0, err
	}
	open := sum.report(source, output, chosen.show)
	fmt.Fprintf(output, "  in %s\n", time.Since(started).Round(time.Second))
	return open, nil
}

// parity compares under one configuration.
func (p *product) parity(ctx context.Context, source *admission.Source, config engine.Config, oracle string, requests iter.Seq[userRequest]) (count *parity, err error) {
	rules, asked, err := p.against(ctx, config, oracle)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, asked.stop()) }()
	policies, err := newJury(source, config)
	if err != nil {
		return nil, err
	}
	rules = &evaluators{topdown: rules.first()} // the other comparisons hold the evaluators together
	return policies.compareAll(ctx, p, rules, asked, requests)
}

// jury holds the policies of a configuration, and beside them one that has every part of a condition as a validation.
type jury struct {
	policies   []admission.Object
	conditions [][]admission.Condition // of each policy, in the order of its validations
	severities []finding.Severity
	probe      admission.Object
	probed     []admission.Condition // whose parts are the validations of the probe, one after the other
	omissions  []omission
}

// omission is a finding that no policy reports.
type omission struct{ rule, says string }

func newJury(source *admission.Source, config engine.Config) (*jury, error) {
	settings := admission.Settings{Values: config}
	made := &jury{}
	for _, severity := range []finding.Severity{finding.Deny, finding.Warn} {
		objects, conditions, err := source.ValidationsWithConditions(settings, severity)
		if err != nil {
			return nil, err
		}
		made.policies = append(made.policies, objects...)
		made.conditions = append(made.conditions, conditions...)
		for range objects {
			made.severities = append(made.severities, severity)
		}
	}
	for _, policy := range source.Policies {
		for _, left := range policy.Without {
			made.omissions = append(made.omissions, omission{policy.Rule, left.Says})
		}
		made.probed = append(made.probed, policy.Conditions...)
	}
	var err error
	made.probe, err = source.Probe(settings, made.probed)
	return made, err
}

// compareAll compares what policies and rules say of requests.
func (j *jury) compareAll(ctx context.Context, p *product, rules *evaluators, asked *oracle, requests iter.Seq[userRequest]) (*parity, error) {
	written, err := asJSON(append(slices.Clone(j.policies), j.probe))
	if err != nil {
		return nil, err
	}
	if err := asked.ask("policies", written, &struct{}{}); err != nil {
		return nil, err
	}
	count := newParity()
	for one := range requests {
		if err := j.compare(ctx, p, rules, asked, one, count); err != nil {
			return nil, fmt.Errorf("%s: %w", one.origin, err)
		}
	}
	return count, nil
}

// asJSON writes policies as the API server reads them.
func asJSON(policies []admission.Object) ([]json.RawMessage, error) {
	var all []json.RawMessage
	for _, policy := range policies {
		text, err := policy.YAML()
		if err != nil {
			return nil, err
		}
		written, err := yaml.YAMLToJSON(text)
		if err != nil {
			return nil, err
		}
		all = append(all, written)
	}
	return all, nil
}
