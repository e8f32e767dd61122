package gatekeeper

import (
	"strings"

	"winpolicy/internal/catalog"
	"winpolicy/internal/rego"
)

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
