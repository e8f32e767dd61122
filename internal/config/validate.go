package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"go.yaml.in/yaml/v3"

	"winpolicy/internal/catalog"
	"winpolicy/internal/manifest"
	"winpolicy/internal/schema"
)

// validate returns every mistake that the schema shows. The error is about the schema itself.
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
	err = compiled.Validate(map[string]any(d.Value))
	var failed *jsonschema.ValidationError
	if errors.As(err, &failed) {
		return d.explain(form, failed), nil
	}
	return nil, err
}

// explain returns one problem for each cause of a failure, with its line and how to repair it.
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
		return []problem{at(path, "must be %s, not %s%s", article(strings.Join(why.Want, " or ")), article(why.Got), typeHint(path))}
	case *kind.Enum:
		if path[0] == "exceptions" {
			return []problem{at(path, "%v is not a rule; `winpolicy rules` lists the rules%s", why.Got, nearest(fmt.Sprint(why.Got), texts(why.Want)))}
		}
		return []problem{at(path, "must be one of %s, not %v%s", list(why.Want), why.Got, nearest(fmt.Sprint(why.Got), texts(why.Want)))}
	case *kind.Required:
		return []problem{at(path, "add %s, which is required", strings.Join(why.Missing, " and "))}
	case *kind.Pattern:
		return []problem{at(path, "%q is not a version of Kubernetes (want for example \"1.36\" or \"1.36.3\")", why.Got)}
	case *kind.Format:
		return []problem{at(path, "%v is not a date (want YYYY-MM-DD)", why.Got)}
	}
	return []problem{at(path, "%s", failed.Error())}
}

// unknown says what is wrong with a key that the schema does not have, and suggests a similar one.
func unknown(form schema.Schema, path []string, name string) string {
	if len(path) == 3 && path[0] == "rules" && path[2] == "parameters" {
		for _, id := range catalog.Names(form.Properties["rules"].Properties) {
			if _, ok := form.Properties["rules"].Properties[id].Properties["parameters"].Properties[name]; ok {
				return fmt.Sprintf("this parameter belongs to the rule %s, not to %s; move it", id, path[1])
			}
		}
	}
	known := catalog.Names(descend(form, path).Properties)
	if len(path) == 1 && path[0] == "rules" {
		return "no rule has this id" + nearest(name, known)
	}
	if len(known) == 0 {
		return "unknown key; nothing can be set here"
	}
	return "unknown key" + nearest(name, known)
}

// descend returns the schema at a path.
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

// typeHint shows how to write a value that users often write with another type: a word that disables a rule, and a version
// without quotes, which YAML reads as a number.
func typeHint(path []string) string {
	if len(path) == 1 && path[0] == "kubernetesVersion" {
		return "; put the version in quotes"
	}
	if len(path) == 2 && path[0] == "rules" {
		return "; write for example {enabled: false}"
	}
	return ""
}

// nearest suggests the known name that is most similar to a name, or returns "".
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
	return fmt.Sprintf("; did you mean %s?", best)
}

// duplicates finds exceptions that cover the same findings. If a user removes one, the other still hides them.
func (d *Document) duplicates() []problem {
	exceptions, _ := d.Value["exceptions"].([]any)
	seen := map[string]int{}
	var problems []problem
	for i, item := range exceptions {
		exception, _ := item.(map[string]any)
		key := sameFindings(exception)
		path := []string{"exceptions", strconv.Itoa(i)}
		if first, ok := seen[key]; ok {
			problems = append(problems, problem{d.File, d.Line(path), fmt.Sprintf("%s: covers the same findings as exceptions[%d]; keep one", field(path), first)})
			continue
		}
		seen[key] = i
	}
	return problems
}

// ambiguous finds words that some YAML parsers read as true or false and others as text.
func ambiguous(file string, document *manifest.Document) []problem {
	var root yaml.Node
	if yaml.Unmarshal(document.Raw, &root) != nil {
		return nil // the text is JSON, which has no such words
	}
	var problems []problem
	walk(&root, func(node *yaml.Node) {
		if node.Kind == yaml.ScalarNode && node.Style == 0 && slices.Contains(words, strings.ToLower(node.Value)) {
			problems = append(problems, problem{file, document.Line + node.Line - 1,
				fmt.Sprintf("some YAML parsers read %s without quotes as a boolean, others as text; write true or false, or put it in quotes", node.Value)})
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
