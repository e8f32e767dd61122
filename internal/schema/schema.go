// Package schema describes the form of JSON values, in the keywords that JSON Schema and the structural schemas of
// Kubernetes share.
package schema

// Schema describes a value.
type Schema struct {
	Type        string            `json:"type"`
	Description string            `json:"description,omitempty"`
	Properties  map[string]Schema `json:"properties,omitempty"`
	Required    []string          `json:"required,omitempty"`
	Additional  any               `json:"additionalProperties,omitempty"` // a Schema, or false where no more keys may be
	Items       *Schema           `json:"items,omitempty"`
	MinItems    int               `json:"minItems,omitempty"`
	Enum        []any             `json:"enum,omitempty"`
	Format      string            `json:"format,omitempty"`
	Default     any               `json:"default,omitempty"`
}

// Text is a string that may be one of some.
func Text(description string, some ...string) Schema {
	schema := Schema{Type: "string", Description: description}
	for _, one := range some {
		schema.Enum = append(schema.Enum, one)
	}
	return schema
}

// Bool is true or false.
func Bool(description string) Schema {
	return Schema{Type: "boolean", Description: description}
}

// List is a list of items.
func List(description string, items Schema) Schema {
	return Schema{Type: "array", Description: description, Items: &items}
}

// Object has these properties and no others.
func Object(description string, properties map[string]Schema) Schema {
	return Schema{Type: "object", Description: description, Properties: properties}
}

// Map has any keys, with values of one form.
func Map(description string, values Schema) Schema {
	return Schema{Type: "object", Description: description, Additional: values}
}

// Strict refuses keys that are not described, at every depth. Kubernetes does so by itself, and takes no such keyword.
func (s Schema) Strict() Schema {
	if len(s.Properties) > 0 || s.Type == "object" && s.Additional == nil {
		s.Additional = false
	}
	return s.inside(Schema.Strict)
}

// Structural leaves out what the API server would act on: a default would hide whether a value was chosen.
func (s Schema) Structural() Schema {
	s.Default = nil
	return s.inside(Schema.Structural)
}

// inside changes the schemas of what the value holds, in a copy.
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
