package gatekeeper

import (
	"winpolicy/internal/config"
	"winpolicy/internal/finding"
	"winpolicy/internal/schema"
)

// parametersSchema describes the parameters of a template's Constraints: the settings of the configuration that concern its
// rules, and which categories and severities a Constraint reports. It sets no defaults, because the library could not tell a
// default from a choice.
func parametersSchema(description string, group group, platforms []string) schema.Schema {
	properties := config.Settings(group.configured(), platforms)
	for _, rule := range properties["rules"].Properties {
		undescribed(rule.Properties, "enabled", "severity")
	}
	properties["severities"] = schema.Some("The severities that this Constraint reports. The default is deny.",
		finding.Names(finding.Severities())...)
	properties["categories"] = schema.Some("The categories of rules that this Constraint reports. The default is all of them.",
		group.categories()...)
	return schema.Object(description, properties).Structural()
}

// undescribed removes the descriptions of properties that every rule has: the description of `rules` has them once.
func undescribed(properties map[string]schema.Schema, names ...string) {
	for _, name := range names {
		property := properties[name]
		property.Description = ""
		properties[name] = property
	}
}
