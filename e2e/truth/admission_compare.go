package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"winpolicy/internal/admission"
	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
)

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
