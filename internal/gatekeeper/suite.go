package gatekeeper

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
)

// Suite is an object that `gator verify` runs, test.gatekeeper.sh/v1alpha1.
type Suite struct {
	APIVersion string      `json:"apiVersion"`
	Kind       string      `json:"kind"`
	Tests      []SuiteTest `json:"tests"`
}

// SuiteTest names a template, one Constraint and the objects that these judge. Paths are relative to the suite.
type SuiteTest struct {
	Name       string      `json:"name"`
	Template   string      `json:"template"`
	Constraint string      `json:"constraint"`
	Cases      []SuiteCase `json:"cases"`
}

// SuiteCase names one object and the findings that it has.
type SuiteCase struct {
	Name       string      `json:"name"`
	Object     string      `json:"object"`
	Inventory  []string    `json:"inventory,omitempty"`
	Assertions []Assertion `json:"assertions"`
}

// Assertion counts the violations whose message matches, or all of them.
type Assertion struct {
	Violations int    `json:"violations"`
	Message    string `json:"message,omitempty"`
}

// Suites gives a folder for `gator verify`, the text of each file by its path below the folder: the templates, the
// Constraints, and one suite a rule with the objects of its samples. A suite judges by the template of its rule only,
// because gator compiles that template for every case.
func Suites(all []rego.Module, rules []catalog.Rule, samples []sample.Sample, options Options) (map[string][]byte, error) {
	templates, err := Files(all, rules, options)
	if err != nil {
		return nil, err
	}
	files := map[string][]byte{}
	for name, text := range templates {
		files[strings.TrimPrefix(name, Folder+"/")] = text
	}
	for name, object := range suiteObjects(rules, samples, options.Grouping) {
		text, err := yaml.Marshal(object)
		if err != nil {
			return nil, fmt.Errorf("write %s: %w", name, err)
		}
		files[name] = append([]byte(Header), text...)
	}
	return files, nil
}

// suiteObjects gives the suites, their Constraints and the objects of the samples, by path below the folder.
func suiteObjects(rules []catalog.Rule, samples []sample.Sample, grouping Grouping) map[string]any {
	objects := map[string]any{}
	for _, group := range grouping.groups(rules) {
		for _, rule := range group.rules {
			made := suiteOf{folder: path.Join("suites", rule.ID), group: group, files: objects}
			for _, one := range samples {
				if one.File == rule.ID+".yaml" && judgeable(one) {
					made.samples = append(made.samples, one)
				}
			}
			made.write()
		}
	}
	return objects
}

// judgeable leaves out what no API server serves today, so that no Constraint matches it.
func judgeable(one sample.Sample) bool {
	version, _ := one.Object.Value["apiVersion"].(string)
	return one.Name != "" && !strings.HasPrefix(version, "extensions/")
}

// suiteOf is the suite of one rule while it is being written.
type suiteOf struct {
	folder  string // below the folder of all suites
	group   group  // that of the rule
	samples []sample.Sample
	files   map[string]any // what is written, by its path below the folder of all suites
}

// fileName is the file of a sample. Objects of two kinds can have one name.
func fileName(one sample.Sample) string {
	kind, _ := one.Object.Value["kind"].(string)
	return strings.ToLower(kind) + "-" + one.Name + ".yaml"
}

func (s suiteOf) write() {
	suite := Suite{APIVersion: "test.gatekeeper.sh/v1alpha1", Kind: "Suite"}
	tests := map[string]int{} // their index, by configuration
	for _, one := range s.samples {
		s.files[path.Join(s.folder, fileName(one))] = reviewed(one)
		if one.Given {
			continue
		}
		key, _ := json.Marshal(one.Config) // it has been read from YAML
		index, known := tests[string(key)]
		if !known {
			index = len(suite.Tests)
			tests[string(key)] = index
			suite.Tests = append(suite.Tests, s.test(index, one))
		}
		suite.Tests[index].Cases = append(suite.Tests[index].Cases, s.judged(one))
	}
	if len(suite.Tests) > 0 {
		s.files[path.Join(s.folder, "suite.yaml")] = suite
	}
}

// test writes the Constraint of a sample's configuration, which reports every severity.
func (s suiteOf) test(index int, one sample.Sample) SuiteTest {
	name := fmt.Sprintf("constraint-%d.yaml", index)
	parameters := Parameters(s.group.configured(), one.Config, finding.Deny)
	parameters["severities"] = finding.Names(finding.Severities())
	s.files[path.Join(s.folder, name)] = Constraint{
		APIVersion: "constraints.gatekeeper.sh/v1beta1",
		Kind:       s.group.kind(),
		Metadata:   Metadata{Name: nameOf(s.group, finding.Deny)},
		Spec:       ConstraintSpec{EnforcementAction: "deny", Match: Options{}.match(s.group.rules), Parameters: parameters},
	}
	template := path.Join("../..", s.group.file())
	return SuiteTest{Name: fmt.Sprintf("configuration %d", index), Template: template, Constraint: name}
}

func (s suiteOf) judged(one sample.Sample) SuiteCase {
	made := SuiteCase{Name: one.Name, Object: fileName(one)}
	if s.group.referential() {
		for _, other := range s.samples {
			if other.Given {
				made.Inventory = append(made.Inventory, fileName(other))
			}
		}
	}
	counts, total := map[string]int{}, 0
	for _, want := range one.Wants {
		if slices.ContainsFunc(s.group.rules, func(rule catalog.Rule) bool { return rule.ID == want.Rule }) {
			counts[want.Rule]++
			total++
		}
	}
	made.Assertions = []Assertion{{Violations: total}}
	for _, rule := range s.group.rules {
		if counts[rule.ID] > 0 {
			// lib.windows.violation writes the message: it begins and ends with its rule.
			message := fmt.Sprintf(`^%s: \S+: .*\(winpolicy explain %s(, exception expired .*)?\)$`, rule.ID, rule.ID)
			made.Assertions = append(made.Assertions, Assertion{Violations: counts[rule.ID], Message: message})
		}
	}
	return made
}

// reviewed gives the object as gator takes it. gator requires that a review names the kind of its object, as the API server
// does.
func reviewed(one sample.Sample) any {
	asked, isReview := one.Object.Value["request"].(map[string]any)
	object, hasObject := asked["object"].(map[string]any)
	if !one.IsReview() || !isReview || !hasObject {
		return one.Object.Value
	}
	request := maps.Clone(asked)
	version, _ := object["apiVersion"].(string)
	group, version, found := strings.Cut(version, "/")
	if !found {
		group, version = "", group
	}
	request["kind"] = map[string]any{"group": group, "version": version, "kind": object["kind"]}
	request["name"] = one.Name
	review := maps.Clone(one.Object.Value)
	review["request"] = request
	return review
}
