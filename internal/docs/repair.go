package docs

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"go.yaml.in/yaml/v3"

	"winpolicy/internal/edit"
	"winpolicy/internal/finding"
)

// Repair is an object before and after the fix of a finding, as YAML without comments that ends with a newline.
type Repair struct {
	Name          string // of the sample
	Before, After string
}

// repair applies the fix of the first finding that has one. It returns nil if there is none. It skips AdmissionReviews, because
// nobody edits them.
func repair(found []sampled) (*Repair, error) {
	place := slices.IndexFunc(found, func(one sampled) bool { return len(one.Fix) > 0 && !one.sample.IsReview() })
	if place < 0 {
		return nil, nil
	}
	one := found[place]
	var source yaml.Node
	if err := yaml.Unmarshal(one.sample.Object.Document.Raw, &source); err != nil {
		return nil, fmt.Errorf("%s: %s: %w", one.sample.File, one.sample.Name, err)
	}
	before, err := json.Marshal(one.sample.Object.Value)
	if err != nil {
		return nil, err
	}
	after, err := patched(one.sample.Object.Value, one.Fix)
	if err != nil {
		return nil, fmt.Errorf("%s: %s: apply the fix of %s: %w", one.sample.File, one.sample.Name, one.Rule, err)
	}
	made := &Repair{Name: one.sample.Name}
	if made.Before, err = write(before, &source); err == nil {
		made.After, err = write(after, &source)
	}
	return made, err
}

// patched gives an object as JSON after a fix.
func patched(object any, fix []finding.Operation) ([]byte, error) {
	after, err := edit.Patch(object, fix)
	if err != nil {
		return nil, err
	}
	return json.Marshal(after)
}

// write writes a JSON object as YAML in the order and style of its source.
func write(object []byte, source *yaml.Node) (string, error) {
	var node yaml.Node
	if err := yaml.Unmarshal(object, &node); err != nil {
		return "", err
	}
	arrange(&node, source)
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(&node); err != nil {
		return "", err
	}
	return text.String(), encoder.Close()
}

// arrange gives a node the style and the order of the source. Keys that the source does not have come last, sorted. source is nil
// for what the source does not have.
func arrange(node, source *yaml.Node) {
	if source != nil && source.Kind == node.Kind {
		node.Style = source.Style
	} else {
		node.Style, source = 0, nil
	}
	switch node.Kind {
	case yaml.DocumentNode, yaml.SequenceNode:
		for i, child := range node.Content {
			arrange(child, item(source, i))
		}
	case yaml.MappingNode:
		var pairs [][2]*yaml.Node
		for i := 0; i < len(node.Content); i += 2 {
			_, value := entry(source, node.Content[i].Value)
			node.Content[i].Style = 0
			arrange(node.Content[i+1], value)
			pairs = append(pairs, [2]*yaml.Node{node.Content[i], node.Content[i+1]})
		}
		slices.SortStableFunc(pairs, func(a, b [2]*yaml.Node) int {
			first, _ := entry(source, a[0].Value)
			second, _ := entry(source, b[0].Value)
			return first - second
		})
		node.Content = nil
		for _, pair := range pairs {
			node.Content = append(node.Content, pair[0], pair[1])
		}
	}
}

// item is an item of a list; nil if the list does not have it.
func item(list *yaml.Node, i int) *yaml.Node {
	if list == nil || i >= len(list.Content) {
		return nil
	}
	return list.Content[i]
}

// entry is the place of a key in a mapping, and its value; the place after the last and nil if the mapping does not have it.
func entry(mapping *yaml.Node, key string) (int, *yaml.Node) {
	if mapping == nil {
		return 0, nil
	}
	for i := 0; i < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == key {
			return i, mapping.Content[i+1]
		}
	}
	return len(mapping.Content), nil
}
