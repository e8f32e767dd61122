package config

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"go.yaml.in/yaml/v3"

	"winpolicy/internal/manifest"
	"winpolicy/internal/schema"
)

// validate holds the document against the schema. The error is about the schema itself.
func (d *Document) validate(form schema.Schema) ([]problem, error) {
	text, err := json.Marshal(form)
	if err != nil {
		return nil, err
	}
	described, err := jsonschema.UnmarshalJSON(strings.NewReader(string(text)))
	if err != nil {
		return nil, err
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource(SchemaID, described); err != nil {
		return nil, err
	}
	compiled, err := compiler.Compile(SchemaID)
	if err != nil {
		return nil, err
	}
	var problems []problem
	if failed, ok := compiled.Validate(map[string]any(d.Value)).(*jsonschema.ValidationError); ok {
		problems = d.explain(form, failed)
	}
	return problems, nil
}

// explain says what is wrong in the words of somebody who has to mend it.
func (d *Document) explain(form schema.Schema, failed *jsonschema.ValidationError) []problem {
	if len(failed.Causes) > 0 {
		var all []problem
		for _, cause := range failed.Causes {
			all = append(all, d.explain(form, cause)...)
		}
		return all
	}
	path := failed.InstanceLocation
	at := func(path []string, format string, arguments ...any) problem {
		return problem{d.File, d.Line(path), fmt.Sprintf("%s: %s", field(path), fmt.Sprintf(format, arguments...))}
	}
	switch why := failed.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		var all []problem
		for _, name := range why.Properties {
			all = append(all, at(append(slices.Clone(path), name), "%s", unknown(form, path, name)))
		}
		return all
	case *kind.Type:
		return []problem{at(path, "this is %s; write %s%s", article(why.Got), article(strings.Join(why.Want, " or ")), typeHint(path))}
	case *kind.Enum:
		if path[0] == "exceptions" {
			return []problem{at(path, "%v is no rule, `winpolicy rules` lists them%s", why.Got, nearest(fmt.Sprint(why.Got), texts(why.Want)))}
		}
		return []problem{at(path, "%v is none of %s%s", why.Got, list(why.Want), nearest(fmt.Sprint(why.Got), texts(why.Want)))}
	case *kind.Required:
		return []problem{at(path, "%s is missing", strings.Join(why.Missing, ", "))}
	case *kind.Format:
		return []problem{at(path, "%v is no day of the calendar; write it as 2027-03-31", why.Got)}
	}
	return []problem{at(path, "%s", failed.Error())}
}

// unknown tells a key that does not exist from a parameter of another rule, and finds the name that was meant.
func unknown(form schema.Schema, path []string, name string) string {
	if len(path) == 3 && path[0] == "rules" && path[2] == "parameters" {
		for _, id := range sortedKeys(form.Properties["rules"].Properties) {
			if _, ok := form.Properties["rules"].Properties[id].Properties["parameters"].Properties[name]; ok {
				return fmt.Sprintf("this is a parameter of %s, not of %s", id, path[1])
			}
		}
	}
	known := sortedKeys(descend(form, path).Properties)
	if len(path) == 1 && path[0] == "rules" {
		return "there is no such rule" + nearest(name, known)
	}
	if len(known) == 0 {
		return "there is nothing to set here"
	}
	return "there is no such key" + nearest(name, known)
}

// descend gives the schema of a place.
func descend(form schema.Schema, path []string) schema.Schema {
	for _, key := range path {
		if property, ok := form.Properties[key]; ok {
			form = property
		} else if form.Items != nil {
			form = *form.Items
		} else if values, ok := form.Additional.(schema.Schema); ok {
			form = values
		}
	}
	return form
}

// typeHint answers the commonest wrong type: a rule is not switched off by a word.
func typeHint(path []string) string {
	if len(path) == 2 && path[0] == "rules" {
		return ", as {enabled: false}"
	}
	return ""
}

// nearest suggests what was meant, where something known is close to it.
func nearest(name string, known []string) string {
	best, distance := "", 1+len(name)/3
	for _, one := range known {
		if d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(one)); d <= distance && (best == "" || d < distance) {
			best, distance = one, d
		}
	}
	if best == "" {
		return ""
	}
	return fmt.Sprintf("; is %s meant?", best)
}

// duplicates finds exceptions that cover the same: one of the two would be forgotten when the other is removed.
func (d *Document) duplicates() []problem {
	exceptions, _ := d.Value["exceptions"].([]any)
	seen := map[string]int{}
	var problems []problem
	for i, item := range exceptions {
		exception, _ := item.(map[string]any)
		key := ""
		for _, name := range []string{"rule", "kind", "namespace", "name", "container"} {
			key += fmt.Sprintf("%q ", fmt.Sprint(exception[name]))
		}
		path := []string{"exceptions", strconv.Itoa(i)}
		if first, ok := seen[key]; ok {
			problems = append(problems, problem{d.File, d.Line(path), fmt.Sprintf("%s: covers the same as exceptions[%d]; keep one", field(path), first)})
			continue
		}
		seen[key] = i
	}
	return problems
}

// ambiguous finds words that are true or false to one YAML parser and text to the next.
func ambiguous(file string, document *manifest.Document) []problem {
	var root yaml.Node
	if yaml.Unmarshal(document.Raw, &root) != nil {
		return nil // it was read as JSON, which knows no such words
	}
	var problems []problem
	walk(&root, func(node *yaml.Node) {
		if node.Kind == yaml.ScalarNode && node.Style == 0 && slices.Contains(words, strings.ToLower(node.Value)) {
			problems = append(problems, problem{file, document.Line + node.Line - 1,
				fmt.Sprintf("%s without quotes is a boolean to some parsers and text to others: write true, false or quotes", node.Value)})
		}
	})
	return problems
}

var words = []string{"y", "n", "yes", "no", "on", "off"}

func walk(node *yaml.Node, visit func(*yaml.Node)) {
	visit(node)
	for _, child := range node.Content {
		walk(child, visit)
	}
}
