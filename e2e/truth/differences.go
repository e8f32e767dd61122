package main

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"winpolicy/internal/finding"
)

// difference is a disagreement that is allowed, and why.
type difference struct {
	rule   string         // that denies what the API server does not refuse, "*" for any; "" the other way round
	path   *regexp.Regexp // of the field
	cause  *regexp.Regexp // of what the API server says
	reason string
}

// differences is all that the product and the API server are allowed to disagree about.
var differences = []*difference{
	{
		path: anything, cause: regexp.MustCompile("^" + beforeUpdate),
		reason: "the object was stored with this; an update is judged by what it changes, or it could never be repaired",
	},
	{
		path: regexp.MustCompile(`^$`), cause: regexp.MustCompile(`pod resize is only supported on linux nodes`),
		reason: "the label of the node decides, and nothing in the pod names the node's OS",
	},
	{
		rule: "*", path: anything, cause: regexp.MustCompile("^" + beforeUpdate + "StatefulSet$"),
		reason: "the API server reads no template of a StatefulSet again that was refused before",
	},
	{
		rule: "*", path: regexp.MustCompile(`^spec\.template\.`), cause: regexp.MustCompile(`^(\S+ )*spec\.selector `),
		reason: "the selector is refused, and with it the API server does not come to read the template",
	},
	{
		rule: "in-place-resize", path: anything, cause: regexp.MustCompile(`^$`),
		reason: "a pod that selects windows was bound to a Linux node by hand; its kubelet does not run it",
	},
	{
		rule: "mount-propagation", path: anything, cause: regexp.MustCompile(`ontainers\[\d+\]\.securityContext\.privileged`),
		reason: "the container is privileged, which propagation needs, and the API server refuses that in its place",
	},
	{
		rule: "*", path: anything, cause: regexp.MustCompile(notServed),
		reason: "the version is not served, so the API server does not come to read the object (k8s.io/apiserver/pkg/server/deleted_kinds.go:127)",
	},
}

var anything = regexp.MustCompile(``)

// who names the side that speaks alone.
func (d *difference) who() string {
	switch d.rule {
	case "":
		return "the API server refuses"
	case "*":
		return "a rule denies"
	}
	return d.rule + " denies"
}

// allows finds the difference that a disagreement is an instance of, or nil.
func allows(one disagreement) *difference {
	for _, known := range differences {
		if (known.rule == one.rule || known.rule == "*" && one.rule != "") && known.path.MatchString(one.path) && known.cause.MatchString(one.cause) {
			return known
		}
	}
	return nil
}

// spelling is a path that the API server gives otherwise than by its own convention, which the product keeps to.
type spelling struct {
	rule string
	path *regexp.Regexp
	as   []string
}

var spellings = []spelling{
	// The validation of a mount that propagates leaves out which mount it is.
	{"mount-propagation", regexp.MustCompile(`volumeMounts\[\d+\]\.mountPropagation$`), []string{"volumeMounts.mountPropagation"}},
	// A resize is refused as a whole, by the validation at the root, spelled [], or by admission, without a path.
	{"in-place-resize", regexp.MustCompile(`^spec$`), []string{"[]", ""}},
}

// placementDifference is a landing that is allowed, and why.
type placementDifference struct {
	problem *regexp.Regexp
	holds   func(pod object, findings []finding.Finding) bool
	reason  string
}

// placementDifferences is all that the product and the scheduler are allowed to disagree about.
var placementDifferences = []*placementDifference{
	{
		problem: regexp.MustCompile(`^passes, and `), holds: namesNode,
		reason: "the pod names its node, and no rule knows the node's OS or build",
	},
	{
		problem: regexp.MustCompile(`^passes, and a windows pod lands on a linux node`), holds: warnedOfOptions,
		reason: "nothing but hostProcess says windows and all else says linux, of which linux-windows-options warns",
	},
	{
		problem: regexp.MustCompile(`^the API server refuses the RuntimeClass`), holds: forLinux,
		reason: "the pod is for Linux, and its RuntimeClass none of these rules' business",
	},
}

func allowsPlacement(pod object, problem string, findings []finding.Finding) *placementDifference {
	for _, known := range placementDifferences {
		if known.problem.MatchString(problem) && known.holds(pod, findings) {
			return known
		}
	}
	return nil
}

// namesNode is whether a pod is bound to one node, by name or by the label that names it.
func namesNode(pod object, _ []finding.Finding) bool {
	spec := pod["spec"].(object)
	if _, ok := spec["nodeName"]; ok {
		return true
	}
	text := fmt.Sprint(spec["nodeSelector"], spec["affinity"])
	return strings.Contains(text, "kubernetes.io/hostname") || strings.Contains(text, "metadata.name")
}

func warnedOfOptions(_ object, findings []finding.Finding) bool {
	return slices.ContainsFunc(findings, func(one finding.Finding) bool { return one.Rule == "linux-windows-options" })
}

// forLinux is whether a pod declares linux, or nothing but its RuntimeClass says an OS, and that linux.
func forLinux(pod object, _ []finding.Finding) bool {
	system := systemOf(pod)
	return system == "linux" || system == "" && pod["spec"].(object)["runtimeClassName"] == "linux"
}
