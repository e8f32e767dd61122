package gatekeeper

import (
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"

	"winpolicy/internal/catalog"
	"winpolicy/internal/gatekeeper/tree"
	"winpolicy/internal/rego"
)

// Templates makes the templates of the rules, in the order of their names. Each has been compiled as Gatekeeper compiles it;
// errors name the file below policies/ and the line. A template's version is that of its newest rule.
func Templates(all []rego.Module, rules []catalog.Rule, grouping Grouping) ([]Template, error) {
	maker, err := newMaker(all)
	if err != nil {
		return nil, err
	}
	var templates []Template
	for _, group := range grouping.groups(rules) {
		made, err := maker.template(group)
		if err != nil {
			return nil, err
		}
		templates = append(templates, made)
	}
	return templates, nil
}

// maker makes templates from the same modules.
type maker struct {
	modules      []rego.Module
	platforms    []string
	capabilities *ast.Capabilities
}

func newMaker(all []rego.Module) (maker, error) {
	platforms, err := catalog.Platforms(all)
	if err != nil {
		return maker{}, err
	}
	capabilities, err := tree.Capabilities()
	return maker{all, catalog.Names(platforms), capabilities}, err
}

func (m maker) template(group group) (Template, error) {
	source, err := sourceOf(m.modules, group, m.capabilities)
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
	made.Spec.CRD.Spec.Validation.Schema = parametersSchema(describe(group.rules), group, m.platforms)
	made.Spec.Targets = []Target{{
		Target: "admission.k8s.gatekeeper.sh",
		Code:   []Code{{Engine: "Rego", Source: source}},
	}}
	return made, nil
}
