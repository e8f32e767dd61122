// Package schema describes JSON values, in the keywords that JSON Schema and the structural schemas of Kubernetes share.
package schema

// Schema describes one value.
type Schema struct {
	Type        string            `json:"type"`
	Description string            `json:"description,omitempty"`
	Properties  map[string]Schema `json:"properties,omitempty"`
	Required    []string          `json:"required,omitempty"`
	Additional  any               `json:"additionalProperties,omitempty"` // a Schema, or false if no other key is allowed
	Items       *Schema           `json:"items,omitempty"`
	MinItems    int               `json:"minItems,omitempty"`
	Minimum     *int              `json:"minimum,omitempty"`
	Enum        []any             `json:"enum,omitempty"`
	Format      string            `json:"format,omitempty"`
	Pattern     string            `json:"pattern,omitempty"`
	Default     any               `json:"default,omitempty"`
}

// Text returns the schema of a string. With some values, the string must be one of them.
func Text(description string, some ...string) Schema {
	schema := Schema{Type: "string", Description: description}
	for _, one := range some {
		schema.Enum = append(schema.Enum, one)
	}
	return schema
}

// Bool returns the schema of a boolean.
func Bool(description string) Schema {
	return Schema{Type: "boolean", Description: description}
}

// List returns the schema of a list of items.
func List(description string, items Schema) Schema {
	return Schema{Type: "array", Description: description, Items: &items}
}

// Some returns the schema of a list that has at least one of the values and nothing else.
func Some(description string, values ...string) Schema {
	made := List(description, Text("", values...))
	made.MinItems = 1
	return made
}

// Object returns the schema of an object with these properties. Strict forbids others.
func Object(description string, properties map[string]Schema) Schema {
	return Schema{Type: "object", Description: description, Properties: properties}
}

// Map returns the schema of an object with any keys, whose values have one schema.
func Map(description string, values Schema) Schema {
	return Schema{Type: "object", Description: description, Additional: values}
}

// Strict returns a schema that refuses keys without a description, at every depth. Kubernetes does this by default and does
// not accept the keyword.
func (s Schema) Strict() Schema {
	if len(s.Properties) > 0 || s.Type == "object" && s.Additional == nil {
		s.Additional = false
	}
	return s.inside(Schema.Strict)
}

// Structural returns the schema without defaults. The API server would fill them in, and then no rule could know whether a
// user chose the value.
func (s Schema) Structural() Schema {
	s.Default = nil
	return s.inside(Schema.Structural)
}

// inside returns a copy in which the schemas of properties, items and values are changed.
func (s Schema) inside(change func(Schema) Schema) Schema {
	properties := make(map[string]Schema, len(s.Properties))
	for name, property := range s.Properties {
		properties[name] = change(property)
	}
	s.Properties = properties
	if s.Items != nil {
		items := change(*s.Items)
		s.Items = &items
	}
	if values, ok := s.Additional.(Schema); ok {
		s.Additional = change(values)
	}
	return s
}
