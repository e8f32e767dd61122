// Package config reads winpolicy.yaml, the one document by which command line, cluster and agents decide alike.
package config

import (
	"maps"
	"slices"

	"winpolicy/internal/catalog"
	"winpolicy/internal/schema"
)

// APIVersion is what the document says it is.
const APIVersion = "winpolicy/v1alpha1"

// SchemaID names the published schema.
const SchemaID = "winpolicy.schema.json"

// Schema describes the document, strictly: a key it does not know is a mistake.
func Schema(rules []catalog.Rule, platforms []string) schema.Schema {
	properties := Settings(rules, platforms)
	properties["apiVersion"] = schema.Text("The version of this form.", APIVersion)
	properties["gatekeeper"] = gatekeeperSchema()
	document := schema.Object("The configuration of winpolicy.", properties)
	document.Required = []string{"apiVersion"}
	return document.Strict()
}

// Settings describes what decides: the keys that the document and a Constraint's parameters have in common.
func Settings(rules []catalog.Rule, platforms []string) map[string]schema.Schema {
	return map[string]schema.Schema{
		"platform":   schema.Text("Where the cluster runs, which decides what else is assumed of its Windows nodes. Unset, nothing is.", platforms...),
		"taints":     schema.List("The taints of the cluster's Windows nodes. They stand before the platform's; an empty list means none.", taintSchema()),
		"rules":      schema.Object("What is said of single rules, by id.", rulesSchema(rules)),
		"exceptions": schema.List("What is known, and not to be reported for now.", exceptionSchema(rules)),
		"runtimeClasses": schema.Object("What is known of the cluster's RuntimeClasses.", map[string]schema.Schema{
			"complete": schema.Bool("Whether these are all there are, so that any other is missing."),
			"classes":  schema.Map("The classes by name, as they stand in the cluster.", classSchema()),
		}),
	}
}

func taintSchema() schema.Schema {
	taint := schema.Object("", map[string]schema.Schema{
		"key":    schema.Text(""),
		"value":  schema.Text(""),
		"effect": schema.Text("", "NoSchedule", "PreferNoSchedule", "NoExecute"),
	})
	taint.Required = []string{"effect", "key"}
	return taint
}

func rulesSchema(rules []catalog.Rule) map[string]schema.Schema {
	properties := map[string]schema.Schema{}
	for _, rule := range rules {
		settings := map[string]schema.Schema{
			"enabled":  schema.Bool("Whether the rule is judged by."),
			"severity": schema.Text("The severity of everything the rule finds, in place of its own.", catalog.Deny, catalog.Warn, catalog.Note),
		}
		if len(rule.Parameters) > 0 {
			settings["parameters"] = schema.Object("", maps.Clone(rule.Parameters))
		}
		properties[rule.ID] = schema.Object(rule.Title+".", settings)
	}
	return properties
}

func exceptionSchema(rules []catalog.Rule) schema.Schema {
	var ids []string
	for _, rule := range rules {
		ids = append(ids, rule.ID)
	}
	slices.Sort(ids)
	exception := schema.Object("", map[string]schema.Schema{
		"rule":      schema.Text("The id of the rule.", ids...),
		"kind":      schema.Text("A glob of the kind of the object, or of its controller. Unset, any."),
		"namespace": schema.Text("A glob of its namespace. Unset, any."),
		"name":      schema.Text("A glob of the name of the object, or of its controller. Unset, any."),
		"container": schema.Text("A glob of the container's name. Unset, any, and what is not about a container."),
		"reason":    schema.Text("Why, for those who read it later."),
		"expires":   {Type: "string", Format: "date", Description: "The last day it holds, UTC, as 2027-03-31. Unset, for ever."},
	})
	exception.Required = []string{"reason", "rule"}
	return exception
}

func classSchema() schema.Schema {
	text := schema.Text("")
	return schema.Object("", map[string]schema.Schema{
		"handler": text,
		"scheduling": schema.Object("", map[string]schema.Schema{
			"nodeSelector": schema.Map("", text),
			"tolerations": schema.List("", schema.Object("", map[string]schema.Schema{
				"key": text, "operator": text, "value": text, "effect": text, "tolerationSeconds": {Type: "integer"},
			})),
		}),
	})
}

// gatekeeperSchema describes what only `generate` reads.
func gatekeeperSchema() schema.Schema {
	namespaces := schema.List("Names, or globs that begin or end with *.", schema.Text(""))
	labels := schema.Schema{Type: "object", Description: "A label selector, as Kubernetes has it.", Additional: true}
	return schema.Object("What the generated Constraints say besides. Nothing else reads it.", map[string]schema.Schema{
		"enforcementAction": schema.Text("What the Constraints that deny do: deny unless this says otherwise.", "deny", "warn", "dryrun"),
		"match": schema.Object("Which objects the Constraints look at, among the kinds their rules are about.", map[string]schema.Schema{
			"namespaces": namespaces, "excludedNamespaces": namespaces, "namespaceSelector": labels, "labelSelector": labels,
		}),
	})
}
