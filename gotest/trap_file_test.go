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
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
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

// small asks that the API server takes what `kubectl apply` sends.
func small(_ *testing.T, all artefacts) error {
	const limit = 262144
	for file, text := range all {
		if path.Ext(file) == "" { // which kubectl leaves alone
			continue
		}
		size, err := annotated(text)
		if err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
		if size > limit {
			return fmt.Errorf("%s has %d bytes of annotations, of %d", file, size, limit)
		}
	}
	return nil
}

// annotated gives what the API server compares with its limit after `kubectl apply`: the bytes of all annotations, one of
// which is the whole object as kubectl encodes it.
func annotated(text string) (int, error) {
	object := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
		return 0, err
	}
	applied, err := runtime.Encode(unstructured.UnstructuredJSONScheme, object)
	if err != nil {
		return 0, err
	}
	size := len("kubectl.kubernetes.io/last-applied-configuration") + len(applied)
	for key, value := range object.GetAnnotations() {
		size += len(key) + len(value)
	}
	return size, nil
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
				return fmt.Errorf("%s: %s is not a Constraint", file, head.Kind)
			}
		case head.Kind != "ConstraintTemplate" && head.Kind != "SyncSet":
			return fmt.Errorf("%s: %s is not a template", file, head.Kind)
		}
	}
	return nil
}

func installed(_ *testing.T, all artefacts) error {
	for file, text := range all {
		if strings.Contains(text, "\n---\n") {
			return fmt.Errorf("%s has more than one document", file)
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
