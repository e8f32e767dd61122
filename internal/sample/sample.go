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
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"winpolicy/internal/check"
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

var (
	want  = regexp.MustCompile(`#\s*want:\s*(.+?)\s*$`)
	entry = regexp.MustCompile(`^([a-z]+) ([a-z0-9-]+)$`)
)

// Read reads all sample files of a tree, ordered by path.
func Read(tree fs.FS) ([]Sample, error) {
	var all []Sample
	err := fs.WalkDir(tree, ".", func(name string, item fs.DirEntry, err error) error {
		if err != nil || item.IsDir() || path.Ext(name) != ".yaml" {
			return err
		}
		samples, err := readFile(tree, name)
		all = append(all, samples...)
		return err
	})
	return all, errors.Join(err, linkRuns(all))
}

// linkRuns gives every sample the RuntimeClasses and the objects of its run.
func linkRuns(samples []Sample) error {
	classes, runs := map[string]map[string]any{}, map[string]engine.Run{}
	for _, one := range samples {
		if runs[one.Run] == nil {
			classes[one.Run], runs[one.Run] = map[string]any{}, engine.Run{}
		}
		input, err := one.Object.Input()
		if err != nil {
			return fmt.Errorf("%s: %s: %w", one.File, one.Name, err)
		}
		check.AddRuntimeClass(classes[one.Run], input.Value)
		kind, _ := one.Object.Value["kind"].(string)
		runs[one.Run][kind] = append(runs[one.Run][kind], one.Object.Value)
	}
	for i, one := range samples {
		samples[i].Config = check.WithRuntimeClasses(one.Config, classes[one.Run])
		samples[i].Others = runs[one.Run]
	}
	return nil
}

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

func readFile(tree fs.FS, name string) ([]Sample, error) {
	text, err := fs.ReadFile(tree, name)
	if err != nil {
		return nil, err
	}
	var samples []Sample
	for document, err := range manifest.Documents(bytes.NewReader(text), name) {
		if err != nil {
			return nil, err
		}
		read, err := readDocument(document)
		if err != nil {
			return nil, err
		}
		samples = append(samples, read...)
	}
	return samples, nil
}

func readDocument(document manifest.Document) ([]Sample, error) {
	objects, faults := document.Objects()
	if len(faults) > 0 {
		return nil, faults[0]
	}
	if len(objects) > 1 {
		return nil, fmt.Errorf("%s:%d: a sample document holds one object; write several as documents separated by ---", document.File, document.Line)
	}
	var samples []Sample
	for _, object := range objects {
		one := Sample{File: document.File, Run: runOf(document.File), Object: object, Config: engine.Config{}}
		one.Name = name(one.Judged())
		if err := errors.Join(one.readHead(document), one.readWants(document)); err != nil {
			return nil, err
		}
		samples = append(samples, one)
	}
	return samples, nil
}

func (s *Sample) readHead(document manifest.Document) error {
	for line := range strings.Lines(string(document.Raw)) {
		comment, ok := strings.CutPrefix(strings.TrimSpace(line), "#")
		if !ok && strings.Trim(line, "- \r\n") != "" {
			return nil
		}
		comment = strings.TrimSpace(comment)
		if text, ok := strings.CutPrefix(comment, "config:"); ok {
			if err := yaml.UnmarshalStrict([]byte(text), &s.Config); err != nil {
				return fmt.Errorf("%s:%d: # config: %w", document.File, document.Line, err)
			}
		}
		if by, ok := strings.CutPrefix(comment, "refused by:"); ok {
			s.RefusedBy = strings.TrimSpace(by)
		}
		if name, ok := strings.CutPrefix(comment, "name:"); ok {
			s.Name = strings.TrimSpace(name)
		}
		s.Given = s.Given || comment == "given"
	}
	return nil
}

func (s *Sample) readWants(document manifest.Document) error {
	number := document.Line - 1
	for line := range strings.Lines(string(document.Raw)) {
		number++
		found := want.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
		if found == nil {
			continue
		}
		for _, text := range strings.Split(found[1], ",") {
			parts := entry.FindStringSubmatch(strings.TrimSpace(text))
			if parts == nil {
				return fmt.Errorf("%s:%d: # want: %q must be `deny|warn|note rule-id`", document.File, number, text)
			}
			severity, err := finding.ParseSeverity(parts[1])
			if err != nil {
				return fmt.Errorf("%s:%d: # want: %w", document.File, number, err)
			}
			s.Wants = append(s.Wants, Want{Line: number, Severity: severity, Rule: parts[2]})
		}
	}
	slices.SortFunc(s.Wants, Want.Compare)
	return nil
}

func runOf(file string) string {
	if folder := path.Dir(file); folder != "." {
		return folder
	}
	return file
}

func name(object map[string]any) string {
	metadata, _ := object["metadata"].(map[string]any)
	text, _ := metadata["name"].(string)
	return text
}
