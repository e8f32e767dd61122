package main

import (
	"regexp"
	"slices"
	"strings"

	"winpolicy/internal/finding"
)

// disagreement is one thing that one side says and the other does not.
type disagreement struct {
	rule  string // "" where the API server refuses what no rule denies
	path  string
	cause string // the API server's message, or the fields that it refuses where it does not refuse this one
}

// tally counts what was compared.
type tally struct {
	objects    int // judged by both
	unreadable int // of those, what the API server could not even read
	refusals   int // refusals for an OS, HostProcess or windowsOptions reason, which the product must deny as well
	denials    int // denials enforcedBy apiserver, which the API server must refuse as well
	allowed    map[*difference]int
	open       []unexplained
}

// unexplained is a disagreement that no table allows, with the object.
type unexplained struct {
	disagreement
	request request
}

const (
	// notServed stands in the fault of a verdict on an object of a version that is gone.
	notServed = "not served"
	// noKind stands in the fault of a verdict on a version that the API server never had, or does not know any more.
	noKind = "no kind"
	// beforeUpdate begins the cause of a disagreement where the object that is updated would be refused itself.
	beforeUpdate = "before the update: "
)

// compare gives what the sides disagree about, path by path and both ways.
func compare(asked request, answer verdict, findings []finding.Finding, count *tally) []disagreement {
	unserved := unserved(asked, answer, findings, count)
	if answer.Fault != "" && !strings.Contains(answer.Fault, notServed) {
		count.unreadable++
		return unserved
	}
	return slices.Concat(unserved, undenied(answer, findings, count), unrefused(asked, answer, findings, count))
}

// unserved gives the Windows workload of a version that the API server does not serve, if the product does not deny it.
func unserved(asked request, answer verdict, findings []finding.Finding, count *tally) []disagreement {
	version, _ := asked.Object["apiVersion"].(string)
	gone := strings.Contains(answer.Fault, notServed) || strings.Contains(answer.Fault, noKind)
	if !gone || !ownGroup.MatchString(version) || !declaresWindows(asked.Object) {
		return nil
	}
	count.refusals++
	if slices.ContainsFunc(findings, func(one finding.Finding) bool { return one.Severity == finding.Deny && one.Field == "apiVersion" }) {
		return nil
	}
	return []disagreement{{path: "apiVersion", cause: answer.Fault}}
}

// ownGroup matches the API versions of Kubernetes' own workloads.
var ownGroup = regexp.MustCompile(`^(v1|(apps|batch|extensions)/\w+)$`)

// declaresWindows is whether the pod of a workload says windows in spec.os.name.
func declaresWindows(value object) bool {
	for _, path := range [][]string{workload, cronJob} {
		spec := value
		for _, key := range path {
			spec, _ = spec[key].(object)
		}
		if system, _ := spec["os"].(object); system["name"] == "windows" {
			return true
		}
	}
	return false
}

// undenied gives what the API server refuses for Windows' sake and the product does not deny at the same path.
func undenied(answer verdict, findings []finding.Finding, count *tally) []disagreement {
	denied := map[string]bool{}
	for _, one := range findings {
		if one.Severity == finding.Deny {
			for _, path := range apiPaths(one) {
				denied[path] = true
			}
		}
	}
	var all []disagreement
	for _, one := range answer.Errors {
		if !isAboutWindows(one) {
			continue
		}
		count.refusals++
		if denied[one.Field] {
			continue
		}
		cause := one.Message
		if knownBefore(answer, one) {
			cause = beforeUpdate + cause
		}
		all = append(all, disagreement{path: one.Field, cause: cause})
	}
	return all
}

// unrefused gives what the product denies on behalf of the API server, which does not refuse it at the same path.
func unrefused(asked request, answer verdict, findings []finding.Finding, count *tally) []disagreement {
	refused := map[string]bool{}
	for _, one := range answer.Errors {
		refused[one.Field] = true
	}
	instead := strings.Join(append(sortedKeys(refused), answer.Fault), " ")
	var all []disagreement
	for _, one := range findings {
		if one.Severity != finding.Deny || one.EnforcedBy != "apiserver" {
			continue
		}
		count.denials++
		switch {
		case slices.ContainsFunc(apiPaths(one), func(path string) bool { return refused[path] }):
		case answer.Fault != "" && one.Field == "apiVersion":
		default:
			cause := instead
			if len(answer.Before) > 0 {
				cause = beforeUpdate + asked.Object["kind"].(string)
			}
			all = append(all, disagreement{rule: one.Rule, path: one.Field, cause: cause})
		}
	}
	return all
}

// knownBefore tells a refusal that the object which is updated would meet as well, in the same container wherever it
// stands.
func knownBefore(answer verdict, one problem) bool {
	return slices.ContainsFunc(answer.Before, func(before problem) bool {
		return before.Message == one.Message && index.ReplaceAllString(before.Field, "") == index.ReplaceAllString(one.Field, "")
	})
}

// isAboutWindows tells the refusals that the product has to know: for an OS, HostProcess or windowsOptions reason. It
// takes in whatever names Windows outside of the values cited, so that a reason new to the API server shows itself.
func isAboutWindows(one problem) bool {
	message, _, _ := strings.Cut(one.Message, "\n")
	for _, form := range cited {
		message = form.ReplaceAllString(message, "")
	}
	text := strings.ToLower(one.Field + " " + message)
	return about.MatchString(text) || osField.MatchString(one.Field)
}

var (
	index   = regexp.MustCompile(`\[\d+\]`)
	cited   = []*regexp.Regexp{regexp.MustCompile(`"(\\.|[^"\\])*"`), regexp.MustCompile(`\[.*\]`), regexp.MustCompile(`\{.*\}`)}
	about   = regexp.MustCompile(`windows|hostprocess|linux nodes`)
	osField = regexp.MustCompile(`(^|\.)spec\.os(\.name)?$`)
)

// apiPaths gives the path of a finding as the API server spells it.
func apiPaths(one finding.Finding) []string {
	for _, known := range spellings {
		if known.rule == one.Rule && known.path.MatchString(one.Field) {
			paths := make([]string, len(known.as))
			for i, as := range known.as {
				paths[i] = known.path.ReplaceAllString(one.Field, as)
			}
			return paths
		}
	}
	return []string{one.Field}
}
