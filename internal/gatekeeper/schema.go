package gatekeeper

import "winpolicy/internal/catalog"

// Schema is a structural OpenAPI v3 schema, of the keywords that Constraints need.
type Schema struct {
	Type        string            `json:"type"`
	Description string            `json:"description,omitempty"`
	Properties  map[string]Schema `json:"properties,omitempty"`
	Additional  *Schema           `json:"additionalProperties,omitempty"`
	Items       *Schema           `json:"items,omitempty"`
	Enum        []string          `json:"enum,omitempty"`
	MinItems    int               `json:"minItems,omitempty"`
}

// constraintSchema describes the parameters of a category's Constraints. It sets no defaults: nothing could tell one
// from a choice, and the library knows them.
func constraintSchema(description string, platforms []string, rules []catalog.Rule) Schema {
	return object(description, map[string]Schema{
		"severities": {
			Type:        "array",
			Description: "The severities this Constraint reports: deny unless it says otherwise.",
			Items:       &Schema{Type: "string", Enum: []string{catalog.Deny, catalog.Warn, catalog.Note}},
			MinItems:    1,
		},
		"platform": {
			Type:        "string",
			Description: "Where the cluster runs, which decides the taints of its Windows nodes. Unset, nothing is assumed.",
			Enum:        platforms,
		},
		"rules":          object("What is said of single rules, by id.", rulesSchema(rules)),
		"runtimeClasses": runtimeClassesSchema(),
	})
}

func rulesSchema(rules []catalog.Rule) map[string]Schema {
	properties := map[string]Schema{}
	for _, rule := range rules {
		settings := map[string]Schema{}
		if len(rule.Parameters) > 0 {
			settings["parameters"] = object("The parameters of the rule.", parametersSchema(rule.Parameters))
		}
		properties[rule.ID] = object(rule.Title, settings)
	}
	return properties
}

func parametersSchema(parameters map[string]catalog.Parameter) map[string]Schema {
	properties := map[string]Schema{}
	for name, parameter := range parameters {
		schema := Schema{Type: parameter.Type, Description: parameter.Description}
		if parameter.Items != nil {
			schema.Items = &Schema{Type: parameter.Items.Type}
		}
		properties[name] = schema
	}
	return properties
}

func runtimeClassesSchema() Schema {
	text := Schema{Type: "string"}
	toleration := object("", map[string]Schema{"key": text, "operator": text, "value": text, "effect": text})
	class := object("", map[string]Schema{
		"handler": text,
		"scheduling": object("", map[string]Schema{
			"nodeSelector": {Type: "object", Additional: &text},
			"tolerations":  {Type: "array", Items: &toleration},
		}),
	})
	return object("What is known of the cluster's RuntimeClasses.", map[string]Schema{
		"classes": {Type: "object", Description: "The classes by name, as they stand in the cluster.", Additional: &class},
	})
}

func object(description string, properties map[string]Schema) Schema {
	return Schema{Type: "object", Description: description, Properties: properties}
}
