// Package gatekeeper writes the rules as Gatekeeper takes them: ConstraintTemplates that hold every library they need, and
// ready Constraints. It declares the few fields that it writes itself, so that the program need not carry Gatekeeper.
package gatekeeper

import (
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
	"winpolicy/internal/schema"
)

// Template is a ConstraintTemplate, templates.gatekeeper.sh/v1.
type Template struct {
	APIVersion string       `json:"apiVersion"`
	Kind       string       `json:"kind"`
	Metadata   Metadata     `json:"metadata"`
	Spec       TemplateSpec `json:"spec"`
}

// Metadata holds the fields of ObjectMeta that are written.
type Metadata struct {
	Name        string            `json:"name"`
	Annotations map[string]string `json:"annotations,omitempty"`
}

// TemplateSpec names the kind of the Constraints, their parameters and the Rego.
type TemplateSpec struct {
	CRD     CRD      `json:"crd"`
	Targets []Target `json:"targets"`
}

// CRD describes the Constraints of a template.
type CRD struct {
	Spec struct {
		Names struct {
			Kind string `json:"kind"`
		} `json:"names"`
		Validation struct {
			Schema schema.Schema `json:"openAPIV3Schema"`
		} `json:"validation"`
	} `json:"spec"`
}

// Target holds the code for the only target.
type Target struct {
	Target string `json:"target"`
	Code   []Code `json:"code"`
}

// Code holds the Rego.
type Code struct {
	Engine string `json:"engine"`
	Source Source `json:"source"`
}

// Source holds the module that defines violation, and the libraries. Gatekeeper reads them as Rego v1 only if Version is v1.
type Source struct {
	Version string   `json:"version"`
	Rego    string   `json:"rego"`
	Libs    []string `json:"libs"`
}

// Templates makes the templates of the rules, in the order of their names. Each has been compiled as Gatekeeper compiles it;
// errors name the file below policies/ and the line. A template's version is that of its newest rule.
func Templates(all []rego.Module, rules []catalog.Rule, grouping Grouping) ([]Template, error) {
	var templates []Template
	for _, group := range grouping.groups(rules) {
		made, err := templateOf(all, group)
		if err != nil {
			return nil, err
		}
		templates = append(templates, made)
	}
	return templates, nil
}

func templateOf(all []rego.Module, group group) (Template, error) {
	platforms, err := catalog.Platforms(all)
	if err != nil {
		return Template{}, err
	}
	source, err := sourceOf(all, group)
	if err != nil {
		return Template{}, err
	}
	made := Template{APIVersion: "templates.gatekeeper.sh/v1", Kind: "ConstraintTemplate"}
	made.Metadata = Metadata{
		Name: group.template(),
		Annotations: map[string]string{
			"metadata.gatekeeper.sh/title": group.title(),
			versionAnnotation:              newest(group.rules),
			"description":                  describe(group.rules),
		},
	}
	if bundles := bundlesOf(group.rules); len(bundles) > 0 {
		made.Metadata.Annotations["metadata.gatekeeper.sh/bundle"] = strings.Join(bundles, ", ")
	}
	if group.referential() {
		made.Metadata.Annotations["metadata.gatekeeper.sh/requires-sync-data"] = requiresSyncData(group.rules)
	}
	made.Spec.CRD.Spec.Names.Kind = group.kind()
	made.Spec.CRD.Spec.Validation.Schema = parametersSchema(describe(group.rules), group, catalog.Names(platforms))
	made.Spec.Targets = []Target{{
		Target: "admission.k8s.gatekeeper.sh",
		Code:   []Code{{Engine: "Rego", Source: source}},
	}}
	return made, nil
}

func describe(rules []catalog.Rule) string {
	if len(rules) == 1 {
		return "Judges Windows workloads by the rule " + rules[0].ID + "."
	}
	return "Judges Windows workloads by the rules " + strings.Join(ids(rules), ", ") + "."
}

func ids(rules []catalog.Rule) []string {
	var all []string
	for _, rule := range rules {
		all = append(all, rule.ID)
	}
	return all
}

// bundlePrefix makes the name of a bundle in the catalogue from the name of a profile.
const bundlePrefix = "windows-"

// bundlesOf gives the bundles of the catalogue that some rule belongs to, sorted.
func bundlesOf(rules []catalog.Rule) []string {
	all := map[string]bool{}
	for _, rule := range rules {
		for _, profile := range rule.Profiles {
			all[bundlePrefix+profile] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
