package chart

import (
	"bytes"
	"fmt"
	"strings"

	"sigs.k8s.io/yaml"

	"winpolicy/internal/schema"
)

// value is one key of values.yaml. Its schema has the description. A value without a default is not in values.yaml.
type value struct {
	name   string
	schema schema.Schema
}

// with gives a schema a default.
func with(form schema.Schema, byDefault any) schema.Schema {
	form.Default = byDefault
	return form
}

// defaults writes values.yaml: each key below its description.
func defaults(values []value) ([]byte, error) {
	var text bytes.Buffer
	for _, one := range values {
		if one.schema.Default == nil {
			continue
		}
		entry, err := yaml.Marshal(map[string]any{one.name: one.schema.Default})
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&text, "\n# %s\n%s", strings.Join(lines(one.schema.Description), "\n# "), entry)
	}
	return text.Bytes(), nil
}

// width is how many characters a line of a comment has at most.
const width = 100

// lines breaks a text at spaces.
func lines(text string) []string {
	var all []string
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && len(line)+1+len(word) > width {
			all, line = append(all, line), ""
		}
		line = strings.TrimPrefix(line+" "+word, " ")
	}
	return append(all, line)
}

// form is the schema of the values of a chart. Helm adds the key global for a chart that is part of another one.
func form(name string, values []value) schema.Schema {
	properties := map[string]schema.Schema{"global": anything("Values that charts share. This chart reads none.")}
	for _, one := range values {
		properties[one.name] = one.schema
	}
	return schema.Object("The values of the chart "+name+".", properties).Strict()
}

// anything is the schema of an object that Kubernetes checks.
func anything(description string) schema.Schema {
	return schema.Schema{Type: "object", Description: description, Additional: true}
}
