package sample

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
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
