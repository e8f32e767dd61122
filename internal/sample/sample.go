// Package sample reads samples: plain manifests whose comments say which findings the rules must report.
//
// An expectation is a comment on the line of the finding:
//
//	hostNetwork: true # want: warn host-network
//
// Commas separate several expectations. Comments before the first key of a document give its context:
//
//   - `# config: {…}` is the configuration document.
//   - `# given` marks an object that others refer to. It is not judged.
//   - `# refused by: apiserver|gatekeeper` names what refuses the object in a cluster, or the program that refuses the file.
//   - `# name: …` names a document that has no metadata.
//
// The rules must report nothing for a document without expectations.
package sample

import (
	"cmp"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
)

// Sample is one object of a sample file.
type Sample struct {
	Name      string // metadata.name (of the object in an AdmissionReview), or the name in the comment `# name`
	File      string
	Run       string // the samples that are judged together have the same: the file, or its folder below the root
	Object    manifest.Object
	Config    engine.Config // with the RuntimeClasses of the run
	Others    engine.Run    // all objects of the run, this one included
	Given     bool          // the object is not judged
	RefusedBy string        // apiserver, gatekeeper, a program such as kubelet, or "" if nothing refuses the object
	Wants     []Want        // ordered by line, then rule

	// About tells of which rules the sample must expect every finding. nil means all. The samples of winpolicy say nothing of
	// a team's own rules, and theirs nothing of winpolicy's.
	About func(rule string) bool
}

// Want is one expected finding.
type Want struct {
	Line     int // counts from 1 in the file
	Severity finding.Severity
	Rule     string
}

// Compare orders by line, then rule, then severity.
func (w Want) Compare(other Want) int {
	return cmp.Or(cmp.Compare(w.Line, other.Line), cmp.Compare(w.Rule, other.Rule), cmp.Compare(w.Severity, other.Severity))
}

// String returns the line, the severity and the rule.
func (w Want) String() string { return fmt.Sprintf("line %d: %s %s", w.Line, w.Severity, w.Rule) }

// Data returns what the rules know when they judge the sample.
func (s Sample) Data() engine.Data { return engine.Data{Config: s.Config, Run: s.Others} }

// ConfigAlone returns the configuration without the RuntimeClasses of the run.
func (s Sample) ConfigAlone() engine.Config {
	config := maps.Clone(s.Config)
	delete(config, "runtimeClasses")
	known, _ := s.Config["runtimeClasses"].(map[string]any)
	classes, _ := known["classes"].(map[string]any)
	known, classes = maps.Clone(known), maps.Clone(classes)
	for _, class := range s.Others["RuntimeClass"] {
		object, _ := class.(map[string]any)
		delete(classes, name(object))
	}
	if delete(known, "classes"); len(classes) > 0 {
		known["classes"] = classes
	}
	if len(known) > 0 {
		config["runtimeClasses"] = known
	}
	return config
}

// Group returns the id of the rule that the file of the sample is named after, or the folder of files that are judged together.
func (s Sample) Group() string {
	folder, file := path.Split(s.File)
	if name := strings.TrimSuffix(file, ".yaml"); folder == "" || strings.ReplaceAll(name, "-", "_") == path.Base(folder) {
		return name
	}
	return path.Dir(s.File)
}

// IsReview reports whether the sample is an AdmissionReview and not a manifest.
func (s Sample) IsReview() bool { return s.Object.Value["kind"] == "AdmissionReview" }

// Judged returns the object that is judged, which in an AdmissionReview is request.object.
func (s Sample) Judged() map[string]any {
	if request, ok := s.Object.Value["request"].(map[string]any); ok {
		object, _ := request["object"].(map[string]any)
		return object
	}
	return s.Object.Value
}

// Expects returns the expectations of some severities as "severity rule", sorted.
func (s Sample) Expects(severities ...finding.Severity) []string {
	all := []string{}
	for _, want := range s.Wants {
		if slices.Contains(severities, want.Severity) {
			all = append(all, string(want.Severity)+" "+want.Rule)
		}
	}
	slices.Sort(all)
	return all
}

func name(object map[string]any) string {
	metadata, _ := object["metadata"].(map[string]any)
	text, _ := metadata["name"].(string)
	return text
}
