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
	"winpolicy/internal/catalog"
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

// said is what one side says of an object: rules with a severity.
type said map[string]bool

func key(rule string, severity finding.Severity) string { return rule + " " + string(severity) }

func (j *jury) compare(ctx context.Context, p *product, rules *evaluators, asked *oracle, one userRequest, count *parity) error {
	var answer admitted
	if err := asked.ask("admit", one, &answer); err != nil {
		return err
	}
	if answer.Fault != "" {
		count.unreadable++
		return nil
	}
	count.objects++
	one.Object, one.OldObject = answer.Object, answer.OldObject
	found, err := judgeObject(ctx, rules, one.review())
	if err != nil {
		return err
	}
	policies, err := j.hear(answer)
	if err != nil {
		return err
	}
	tried := j.count(answer, count)
	for _, difference := range j.differences(p, found, policies) {
		switch {
		case difference.policy == "" && tried.abstain[difference.rule]:
			count.abstained++
		case difference.policy == "" && one.OldObject != nil && j.heldBefore(asked, one, difference.rule):
			count.before++
		case difference.policy != "" && one.OldObject != nil && foundBefore(ctx, rules, one, difference.policy):
			count.before++
		default:
			count.open = append(count.open, fmt.Sprintf("%s: %s", one.origin, difference.text(one)))
		}
	}
	for rule := range policies {
		count.reports[rule]++
	}
	return nil
}

// hear gives what the policies report.
func (j *jury) hear(answer admitted) (said, error) {
	all := said{}
	for i, conditions := range j.conditions {
		for number, text := range answer.Decisions[i] {
			if strings.HasPrefix(text, "error: ") {
				return nil, fmt.Errorf("policy %s: %s", j.policies[i].Metadata.Name, text)
			}
			if text != "" {
				all[key(conditions[number].Rule, j.severities[i])] = true
			}
		}
	}
	return all, nil
}

// parityDifference is a rule with a severity that only one side reports.
type parityDifference struct {
	rule   string // with the severity, as only the rules report it, or
	policy string // as only the policies do
	found  []finding.Finding
}

func (d parityDifference) text(one userRequest) string {
	text, _ := json.Marshal(one)
	if d.policy != "" {
		return fmt.Sprintf("only the policies report %s\n    %s", d.policy, text)
	}
	return fmt.Sprintf("only the rules report %s\n    %s", d.rule, text)
}

func (j *jury) differences(p *product, found []finding.Finding, policies said) []parityDifference {
	expected := said{}
	for _, one := range found {
		if j.expects(one) {
			expected[key(one.Rule, one.Severity)] = true
		}
	}
	var all []parityDifference
	for _, rule := range sortedKeys(expected) {
		if !policies[rule] {
			all = append(all, parityDifference{rule: rule, found: found})
		}
	}
	for _, rule := range sortedKeys(policies) {
		if !expected[rule] && !p.yielded(rule, found) {
			all = append(all, parityDifference{policy: rule, found: found})
		}
	}
	return all
}

// expects tells whether a policy must report what the rules found: not a note, not what the API server enforces before it asks
// a policy, and not what a .cel file leaves out.
func (j *jury) expects(one finding.Finding) bool {
	if one.Severity == finding.Note || one.EnforcedBy == "apiserver" {
		return false
	}
	covered := slices.ContainsFunc(j.probed, func(condition admission.Condition) bool { return condition.Rule == one.Rule })
	omitted := slices.ContainsFunc(j.omissions, func(left omission) bool {
		return left.rule == one.Rule && strings.Contains(one.Message, ": "+left.says)
	})
	return covered && !omitted
}

// yielded tells whether the rules report another rule in the place of one that a policy reports.
func (p *product) yielded(rule string, found []finding.Finding) bool {
	id, severity, _ := strings.Cut(rule, " ")
	described, err := catalog.Find(p.rules, id)
	return err == nil && slices.ContainsFunc(found, func(one finding.Finding) bool {
		return slices.Contains(described.YieldsTo, one.Rule) && one.Severity.Compare(finding.Severity(severity)) <= 0
	})
}

// heldBefore asks the policies about the object before an update, as if it were created. A policy is silent about an update if
// its condition held before, wherever that was.
func (j *jury) heldBefore(asked *oracle, one userRequest, rule string) bool {
	var answer admitted
	before := userRequest{request: request{Operation: "CREATE", Object: one.OldObject}, User: one.User}
	if err := asked.ask("admit", before, &answer); err != nil || answer.Fault != "" {
		return false
	}
	reported, err := j.hear(answer)
	id, _, _ := strings.Cut(rule, " ")
	return err == nil && (reported[rule] || reported[key(id, finding.Deny)])
}

// foundBefore tells whether a rule found something as grave in the object before an update, although no policy did.
func foundBefore(ctx context.Context, rules *evaluators, one userRequest, rule string) bool {
	before := userRequest{request: request{Operation: "CREATE", Object: one.OldObject}, User: one.User}
	found, err := judgeObject(ctx, rules, before.review())
	id, severity, _ := strings.Cut(rule, " ")
	return err == nil && slices.ContainsFunc(found, func(one finding.Finding) bool {
		return one.Rule == id && one.Severity.Compare(finding.Severity(severity)) <= 0
	})
}
