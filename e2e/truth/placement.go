package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"winpolicy/internal/finding"
)

// placements counts what was compared with the scheduler.
type placements struct {
	pods     int // judged by both
	passing  int // without a finding of the placement rules
	denied   int // by a rule that the scheduler enforces
	bound    int // put before kube-scheduler itself
	refused  int // by the admission plugin RuntimeClass
	allowed  map[*placementDifference]int
	open     []misplacement
	byRule   map[string]int // denials enforcedBy scheduler
	tried    tries          // how often the pods meet a condition of the rules
	landings int            // of passing pods whose OS is known, on one node each
}

// misplacement is a pod that lands elsewhere than the product lets expect.
type misplacement struct {
	cluster  string
	problem  string
	pod      object
	answer   placed
	findings []finding.Finding
}

// placer compares with the scheduler in one cluster.
type placer struct {
	cluster cluster
	engine  *evaluators
	oracle  *oracle
	isOne   func(rule string) bool // of the placement rules
	runs    map[[2]string]bool     // node build, image build: as containerd says
}

// compare places pods of the seed, and lets the scheduler itself bind some of them.
func (p placer) compare(ctx context.Context, seed uint64, number, bind int) (*placements, error) {
	if err := p.oracle.ask("cluster", p.cluster.question(), &struct{}{}); err != nil {
		return nil, err
	}
	count := &placements{allowed: map[*placementDifference]int{}, byRule: map[string]int{}, tried: tries{}}
	pods := make([]object, number)
	questions := make([]any, number)
	for i := range pods {
		pods[i] = placedPod(rand.New(rand.NewPCG(seed, uint64(i))), i)
		questions[i] = object{"pod": pods[i]}
		count.tried.count(pods[i])
	}
	answers := make([]placed, 0, number)
	err := p.oracle.askAll("place", questions, func(read func(any) error) error {
		var answer placed
		if err := read(&answer); err != nil {
			return err
		}
		answers = append(answers, answer)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, pod := range pods {
		found, err := judgeObject(ctx, p.engine, pod)
		if err != nil {
			return nil, fmt.Errorf("%v: %w", pod, err)
		}
		p.judge(pod, answers[i], found, count)
	}
	return count, p.bind(pods[:min(bind, number)], answers, count)
}

func (p placer) judge(pod object, answer placed, findings []finding.Finding, count *placements) {
	count.pods++
	fail := func(problem string) {
		if known := allowsPlacement(pod, problem, findings); known != nil {
			count.allowed[known]++
			return
		}
		count.open = append(count.open, misplacement{p.cluster.name, problem, pod, answer, findings})
	}
	wrong := p.wrong(pod, answer)
	if p.passes(findings) {
		count.passing++
		count.landings += len(answer.Nodes)
		if wrong != "" {
			fail("passes, and " + wrong)
		}
	}
	count.refused += p.admission(answer, findings, fail)
	for _, one := range findings {
		if one.Severity != finding.Deny || one.EnforcedBy != "scheduler" {
			continue
		}
		count.denied++
		count.byRule[one.Rule]++
		if len(answer.Nodes) > 0 && wrong == "" {
			fail("denied by " + one.Rule + ", and lands where it can run")
		}
	}
}

// admission compares what the RuntimeClass admission plugin refuses with what is denied for the API server, both ways,
// and gives the number of such refusals.
func (p placer) admission(answer placed, findings []finding.Finding, fail func(string)) int {
	denied := false
	for _, one := range findings {
		if one.Severity != finding.Deny {
			continue
		}
		denied = denied || p.isOne(one.Rule) // a rule that says it better may speak for another refuser
		if one.EnforcedBy == "apiserver" && answer.Refused == "" {
			fail("denied by " + one.Rule + " for the API server, which takes it")
		}
	}
	if !strings.Contains(answer.Refused, "untimeClass") {
		return 0
	}
	if !denied {
		fail("the API server refuses the RuntimeClass, no rule does")
	}
	return 1
}

func (p placer) passes(findings []finding.Finding) bool {
	return !slices.ContainsFunc(findings, func(one finding.Finding) bool {
		return one.Severity != finding.Note && p.isOne(one.Rule)
	})
}

// wrong says what is wrong with the nodes that a pod can land on, "" where nothing is.
func (p placer) wrong(pod object, answer placed) string {
	system := systemOf(pod)
	if system == "" && hasWindowsImage(pod) {
		system = "windows" // its containers run nowhere else
	}
	found := map[string]bool{}
	for _, name := range answer.Nodes {
		node := p.cluster.node(name)
		found[node.os] = true
		if system != "" && node.os != system {
			return "a " + system + " pod lands on a " + node.os + " node"
		}
		if build := p.unfit(pod, node); build != "" {
			return "an image of " + build + " lands on another build"
		}
	}
	if system == "" && p.cluster.selectsOS && len(found) > 1 {
		return "a pod of no OS lands on nodes of both"
	}
	return ""
}

// unfit gives the build of an image in the pod that the node does not run, "" where there is none. It matters for
// process isolation alone.
func (p placer) unfit(pod object, node node) string {
	spec := pod["spec"].(object)
	class, _ := p.cluster.classes[fmt.Sprint(spec["runtimeClassName"])].(object)
	if node.build == "" || hostProcessPod(pod) || class != nil && class["handler"] != processHandler {
		return ""
	}
	for _, list := range lists {
		containers, _ := spec[list].([]any)
		for _, container := range containers {
			build := imageBuilds[container.(object)["image"].(string)]
			if build != "" && !p.runs[[2]string{node.build, build}] {
				return build
			}
		}
	}
	return ""
}

func hasWindowsImage(pod object) bool {
	spec := pod["spec"].(object)
	for _, list := range lists {
		containers, _ := spec[list].([]any)
		for _, container := range containers {
			if imageBuilds[container.(object)["image"].(string)] != "" {
				return true
			}
		}
	}
	return false
}

// imageBuilds are the builds of those images that have one.
var imageBuilds = map[string]string{
	"mcr.microsoft.com/windows/servercore:ltsc2019": "10.0.17763",
	"mcr.microsoft.com/windows/servercore:ltsc2022": "10.0.20348",
	"mcr.microsoft.com/windows/nanoserver:ltsc2022": "10.0.20348",
	"mcr.microsoft.com/windows/servercore:ltsc2025": "10.0.26100",
}

// systemOf gives the OS of a pod where it is known: declared, or by HostProcess.
func systemOf(pod object) string {
	spec := pod["spec"].(object)
	if declared, ok := spec["os"].(object); ok {
		return declared["name"].(string)
	}
	if hostProcessPod(pod) {
		return "windows"
	}
	return ""
}

func hostProcessPod(pod object) bool {
	_, ok := pod["spec"].(object)["securityContext"]
	return ok
}

// bind lets kube-scheduler bind pods, which checks the judge used for all of them.
func (p placer) bind(pods []object, expected []placed, count *placements) error {
	var bound []placed
	if err := p.oracle.ask("schedule", object{"pods": pods}, &bound); err != nil {
		return err
	}
	for i, pod := range pods {
		count.bound++
		agree := bound[i].Refused == expected[i].Refused && (len(bound[i].Nodes) == 0) == (len(expected[i].Nodes) == 0)
		for _, name := range bound[i].Nodes {
			agree = agree && slices.Contains(expected[i].Nodes, name)
		}
		if !agree {
			problem := fmt.Sprintf("kube-scheduler says %+v", bound[i])
			count.open = append(count.open, misplacement{p.cluster.name, problem, pod, expected[i], nil})
		}
	}
	return nil
}
