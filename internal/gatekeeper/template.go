// Package gatekeeper writes the rules as Gatekeeper takes them: ConstraintTemplates with every library inlined, and
// ready Constraints. It writes the few fields it needs itself, so that the binary need not carry Gatekeeper.
package gatekeeper

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/modules"
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

// Templates makes the templates of the rules: one a category, and one of the rules that need the inventory, for
// Gatekeeper refuses such a template whole where referential rules are disabled. They are in the order of their names.
func Templates(all []modules.Module, rules []catalog.Rule) ([]Template, error) {
	platforms, err := catalog.Platforms(all)
	if err != nil {
		return nil, err
	}
	var templates []Template
	for _, group := range catalog.Groups(rules) {
		made, err := template(all, group, rulesOf(rules, group), catalog.Names(platforms))
		if err != nil {
			return nil, err
		}
		templates = append(templates, made)
	}
	return templates, nil
}

func rulesOf(rules []catalog.Rule, group string) []catalog.Rule {
	return slices.DeleteFunc(slices.Clone(rules), func(rule catalog.Rule) bool { return rule.Group() != group })
}

func template(all []modules.Module, group string, rules []catalog.Rule, platforms []string) (Template, error) {
	libs, err := libraries(all, group, rules)
	if err != nil {
		return Template{}, err
	}
	made := Template{APIVersion: "templates.gatekeeper.sh/v1", Kind: "ConstraintTemplate"}
	kind := kindOf(group)
	made.Metadata = Metadata{
		Name: templateName(group),
		Annotations: map[string]string{
			"metadata.gatekeeper.sh/title":   titles[group],
			"metadata.gatekeeper.sh/version": version(rules),
			"metadata.gatekeeper.sh/bundle":  strings.Join(bundlesOf(rules), ", "),
			"description":                    describe(rules),
		},
	}
	if group == catalog.Referential {
		made.Metadata.Annotations["metadata.gatekeeper.sh/requires-sync-data"] = requiresSyncData(rules)
	}
	made.Spec.CRD.Spec.Names.Kind = kind
	made.Spec.CRD.Spec.Validation.Schema = parametersSchema(describe(rules), rules, platforms)
	made.Spec.Targets = []Target{{
		Target: "admission.k8s.gatekeeper.sh",
		Code:   []Code{{Engine: "Rego", Source: Source{Version: "v1", Rego: entry(kind, gated(all, rules)), Libs: libs}}},
	}}
	return made, nil
}

var titles = map[string]string{
	"referential":  "What only the other objects of the cluster show",
	"restrictions": "What a Windows pod may say",
	"placement":    "Where a Windows pod will land",
	"cluster":      "What the nodes and their configuration say",
}

// kindOf is the kind of a group's Constraints: K8sWindowsRestrictions.
func kindOf(group string) string {
	return "K8sWindows" + strings.ToUpper(group[:1]) + group[1:]
}

func templateName(group string) string { return strings.ToLower(kindOf(group)) }

// entry is the module that Gatekeeper evaluates. It names no rule: the gatherer finds those that were inlined.
func entry(kind string, gated bool) string {
	if !gated {
		return fmt.Sprintf(entryHead+`import data.lib.windows.gather

violation contains finding if some finding in gather.violation
`, strings.ToLower(kind))
	}
	return fmt.Sprintf(entryHead+`import data.lib.windows.gate
import data.lib.windows.gather

violation contains finding if {
  not gate.closed
  some finding in gather.violation
}
`, strings.ToLower(kind))
}

const entryHead = `# Made by winpolicy from policies/, where every rule is explained.
package %s

`

// gated tells whether the gate knows all fields by which the rules may be about pods that are not for Windows.
func gated(all []modules.Module, rules []catalog.Rule) bool {
	known, err := modules.Constant(all, gate, "fields")
	fields, _ := known.([]any)
	return err == nil && !slices.ContainsFunc(rules, func(rule catalog.Rule) bool {
		return aboutPods(rule) && applies(all, rule) && (len(rule.AppliesBy) == 0 || slices.ContainsFunc(rule.AppliesBy, func(field string) bool {
			return !slices.Contains(fields, any(field))
		}))
	})
}

// applies tells whether a rule may be about other pods than those for Windows.
func applies(all []modules.Module, rule catalog.Rule) bool {
	return slices.ContainsFunc(all, func(module modules.Module) bool {
		return module.Package() == rule.Package && module.Defines("applies")
	})
}

func aboutPods(rule catalog.Rule) bool { return slices.Contains(rule.KindNames(), "Pod") }

func describe(rules []catalog.Rule) string {
	var titles []string
	for _, rule := range rules {
		titles = append(titles, rule.ID)
	}
	return "Judges Windows workloads by the rules " + strings.Join(titles, ", ") + "."
}

// version of a template is that of its newest rule.
func version(rules []catalog.Rule) string {
	return slices.MaxFunc(rules, func(a, b catalog.Rule) int { return strings.Compare(a.Since, b.Since) }).Since
}

func bundlesOf(rules []catalog.Rule) []string {
	all := map[string]bool{}
	for _, rule := range rules {
		for _, name := range rule.Bundles {
			all[name] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}
