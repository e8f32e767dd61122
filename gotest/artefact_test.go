package gotest

import (
	"encoding/json"
	"errors"
	"fmt"

	v1 "github.com/open-policy-agent/frameworks/constraint/pkg/apis/templates/v1"
	"github.com/open-policy-agent/frameworks/constraint/pkg/client/drivers/rego/schema"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/gatekeeper"
)

// each reads the files of a kind strictly, a ConstraintTemplate for instance, and tells where a check fails.
func each[T any](all artefacts, is func(apiVersion, kind string) bool, check func(file string, object *T) error) error {
	found := 0
	for file, text := range all {
		var head struct{ APIVersion, Kind string }
		if err := yaml.Unmarshal([]byte(text), &head); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if !is(head.APIVersion, head.Kind) {
			continue
		}
		found++
		object := new(T)
		if err := yaml.UnmarshalStrict([]byte(text), object); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if err := check(file, object); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	if found == 0 {
		return errors.New("there is no file of the kind")
	}
	return nil
}

func eachTemplate(all artefacts, check func(file string, template *v1.ConstraintTemplate) error) error {
	return each(all, func(_, kind string) bool { return kind == "ConstraintTemplate" }, check)
}

func eachConstraint(all artefacts, check func(file string, constraint *gatekeeper.Constraint) error) error {
	return each(all, isConstraint, check)
}

func isConstraint(apiVersion, _ string) bool {
	return apiVersion == "constraints.gatekeeper.sh/v1beta1"
}

// sourceOf is the Rego of a template, of which Gatekeeper itself reads what it knows and drops the rest.
func sourceOf(template *v1.ConstraintTemplate) (*schema.Source, error) {
	source := &schema.Source{}
	text, err := json.Marshal(template.Spec.Targets[0].Code[0].Source)
	if err != nil {
		return nil, err
	}
	return source, yaml.UnmarshalStrict(text, source)
}
