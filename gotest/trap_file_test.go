package gotest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"
	"testing"

	yamlv3 "go.yaml.in/yaml/v3"
	"sigs.k8s.io/yaml"

	"winpolicy/internal/gatekeeper"
)

func quoted(_ *testing.T, all artefacts) error {
	for file, text := range all {
		decoder := yamlv3.NewDecoder(bytes.NewReader([]byte(text)))
		for {
			var node yamlv3.Node
			if err := decoder.Decode(&node); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
			if err := unambiguous(&node); err != nil {
				return fmt.Errorf("%s:%w", file, err)
			}
		}
	}
	return nil
}

func unambiguous(node *yamlv3.Node) error {
	if node.Kind == yamlv3.ScalarNode && node.Tag == "!!str" && node.Style == 0 && boolean.MatchString(node.Value) {
		return fmt.Errorf("%d: quote %s", node.Line, node.Value)
	}
	for _, inner := range node.Content {
		if err := unambiguous(inner); err != nil {
			return err
		}
	}
	return nil
}

// small counts as kubectl does: the object as JSON, in an annotation of it. The API server limits that with the others.
func small(_ *testing.T, all artefacts) error {
	const limit, others = 262144, 1024
	for file, text := range all {
		applied, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if len(applied) >= limit-others {
			return fmt.Errorf("%s has %d bytes, of %d", file, len(applied), limit)
		}
	}
	return nil
}

func applicable(_ *testing.T, all artefacts) error {
	for file, text := range all {
		var head struct{ APIVersion, Kind string }
		if err := yaml.Unmarshal([]byte(text), &head); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		folder, constraint := path.Dir(file), isConstraint(head.APIVersion, head.Kind)
		switch {
		case path.Ext(file) == "": // which kubectl leaves alone
		case path.Base(folder) == "constraints" || strings.HasPrefix(folder, "bundles/"):
			if !constraint {
				return fmt.Errorf("%s: %s is no Constraint", file, head.Kind)
			}
		case head.Kind != "ConstraintTemplate" && head.Kind != "SyncSet":
			return fmt.Errorf("%s: %s is no template", file, head.Kind)
		}
	}
	return nil
}

func installed(_ *testing.T, all artefacts) error {
	for file, text := range all {
		if strings.Contains(text, "\n---\n") {
			return fmt.Errorf("%s holds more than one document", file)
		}
	}
	return eachConstraint(all, func(file string, constraint *gatekeeper.Constraint) error {
		if !strings.HasPrefix(file, "bundles/") {
			return nil
		}
		if path.Base(file) != strings.ToLower(constraint.Kind)+".yaml" || constraint.Spec.EnforcementAction != "deny" {
			return fmt.Errorf("a %s that says %s", constraint.Kind, constraint.Spec.EnforcementAction)
		}
		return nil
	})
}
