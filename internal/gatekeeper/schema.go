package gatekeeper

// Schema is a structural OpenAPI v3 schema, of the keywords that Constraints need.
type Schema struct {
	Type        string            `json:"type"`
	Description string            `json:"description,omitempty"`
	Properties  map[string]Schema `json:"properties,omitempty"`
	Items       *Schema           `json:"items,omitempty"`
	Enum        []string          `json:"enum,omitempty"`
	MinItems    int               `json:"minItems,omitempty"`
	Default     any               `json:"default,omitempty"`
	Preserve    bool              `json:"x-kubernetes-preserve-unknown-fields,omitempty"`
	Additional  *Schema           `json:"additionalProperties,omitempty"`
}

// constraintSchema describes the parameters of a category's Constraints. It has no defaults for what a platform
// decides: nothing could tell such a default from a choice.
func constraintSchema(description string, platforms []string) Schema {
	return Schema{
		Type:        "object",
		Description: description,
		Properties: map[string]Schema{
			"severities": {
				Type:        "array",
				Description: "The severities this Constraint reports: deny unless it says otherwise.",
				Items:       &Schema{Type: "string", Enum: []string{"deny", "warn", "note"}},
				MinItems:    1,
			},
			"platform": {
				Type:        "string",
				Description: "Where the cluster runs, which decides the taints of its Windows nodes. Unset, nothing is assumed.",
				Enum:        platforms,
			},
		},
	}
}
