// Package gatekeeper writes the rules as Gatekeeper takes them: ConstraintTemplates with every library inlined, and
// ready Constraints. It writes the few fields it needs itself, so that the binary need not carry Gatekeeper.
package gatekeeper

import (
	"fmt"
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

// Metadata is what of ObjectMeta is written.
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

// Target holds the code for the one target there is.
type Target struct {
	Target string `json:"target"`
	Code   []Code `json:"code"`
}

// Code is the Rego: the module that defines violation, and the libraries.
type Code struct {
	Engine string `json:"engine"`
	Source Source `json:"source"`
}

// Source is Rego of a version. Only `version: v1` makes Gatekeeper read it as such.
type Source struct {
	Version string   `json:"version"`
	Rego    string   `json:"rego"`
	Libs    []string `json:"libs"`
}

// Templates makes the templates of the rules, in the order of their names.
func Templates(all []rego.Module, rules []catalog.Rule, grouping Grouping) ([]Template, error) {
	platforms, err := catalog.Platforms(all)
	if err != nil {
		return nil, err
	}
	var templates []Template
	for _, group := range grouping.groups(rules) {
		made, err := template(all, group, catalog.Names(platforms))
		if err != nil {
			return nil, err
		}
		templates = append(templates, made)
	}
	return templates, nil
}

func template(all []rego.Module, group group, platforms []string) (Template, error) {
	imports := []string{gatherer}
	if gated(all, group.judged()) {
		imports = []string{gate, gatherer}
	}
	libs, err := libraries(all, group, imports)
	if err != nil {
		return Template{}, err
	}
	made := Template{APIVersion: "templates.gatekeeper.sh/v1", Kind: "ConstraintTemplate"}
	made.Metadata = Metadata{
		Name: group.template(),
		Annotations: map[string]string{
			"metadata.gatekeeper.sh/title":   group.title(),
			"metadata.gatekeeper.sh/version": version(group.rules),
			"description":                    describe(group.rules),
		},
	}
	if bundles := bundlesOf(group.rules); len(bundles) > 0 {
		made.Metadata.Annotations["metadata.gatekeeper.sh/bundle"] = strings.Join(bundles, ", ")
	}
	if group.referential() {
		made.Metadata.Annotations["metadata.gatekeeper.sh/requires-sync-data"] = requiresSyncData(group.rules)
	}
	made.Spec.CRD.Spec.Names.Kind = group.kind()
	made.Spec.CRD.Spec.Validation.Schema = parametersSchema(describe(group.rules), group.judged(), platforms)
	made.Spec.Targets = []Target{{
		Target: "admission.k8s.gatekeeper.sh",
		Code:   []Code{{Engine: "Rego", Source: Source{Version: "v1", Rego: entry(group, imports), Libs: libs}}},
	}}
	return made, nil
}

// entry is the module that Gatekeeper evaluates. It names no rule, for the gatherer finds those that were inlined; but
// where some of these are another template's to report, it passes on its own.
func entry(group group, imports []string) string {
	conditions := []string{"some finding in gather.violation"}
	if slices.Contains(imports, gate) {
		conditions = slices.Insert(conditions, 0, "not gate.closed")
	}
	if len(group.better) > 0 {
		conditions = append(conditions, fmt.Sprintf(`finding.details.rule in {"%s"}`, strings.Join(ids(group.rules), `", "`)))
	}
	return fmt.Sprintf(`# Made by winpolicy from policies/, where every rule is explained.
package %s

import data.%s

violation contains finding if {
  %s
}
`, group.template(), strings.Join(imports, "\nimport data."), strings.Join(conditions, "\n  "))
}

// gated tells whether the gate knows all fields by which the rules may be about pods that are not for Windows.
func gated(all []rego.Module, rules []catalog.Rule) bool {
	known, err := rego.Constant(all, gate, "fields")
	fields, _ := known.([]any)
	return err == nil && !slices.ContainsFunc(rules, func(rule catalog.Rule) bool {
		return aboutPods(rule) && applies(all, rule) && (len(rule.AppliesBy) == 0 || slices.ContainsFunc(rule.AppliesBy, func(field string) bool {
			return !slices.Contains(fields, any(field))
		}))
	})
}

// applies tells whether a rule may be about other pods than those for Windows.
func applies(all []rego.Module, rule catalog.Rule) bool {
	return slices.ContainsFunc(all, func(module rego.Module) bool {
		return module.Package() == rule.Package && module.Defines("applies")
	})
}

func aboutPods(rule catalog.Rule) bool { return slices.Contains(rule.KindNames(), "Pod") }

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

// version of a template is that of its newest rule.
func version(rules []catalog.Rule) string {
	return slices.MaxFunc(rules, func(a, b catalog.Rule) int { return strings.Compare(a.Since, b.Since) }).Since
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
