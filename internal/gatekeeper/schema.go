package gatekeeper

import (
	"winpolicy/internal/catalog"
	"winpolicy/internal/config"
	"winpolicy/internal/finding"
	"winpolicy/internal/schema"
)

// parametersSchema describes the parameters of a category's Constraints: the settings of the configuration, as far as
// they concern its rules, and which severities to report. It sets no defaults: nothing could tell one from a choice.
func parametersSchema(description string, rules []catalog.Rule, platforms []string) schema.Schema {
	properties := config.Settings(rules, platforms)
	severities := schema.List("The severities this Constraint reports: deny unless it says otherwise.",
		schema.Text("", finding.Names(finding.Severities())...))
	severities.MinItems = 1
	properties["severities"] = severities
	return schema.Object(description, properties).Structural()
}
