# METADATA
# title: The configuration in force
# description: |
#   One document decides in every door: a Constraint's parameters in Gatekeeper, data.lib.windows.config anywhere else.
#   A value of the wrong type is ignored there, so that a slip never switches a rule off.
package lib.windows.settings

import data.lib.windows.config
import data.lib.windows.platforms
import data.lib.windows.subject

# The document as it was given.
default document := {}

document := parameters if {
	parameters := subject.parameters
} else := config if {
	is_object(config)
}

# The severities that are asked for: a Constraint's own, all of them anywhere else.
default severities := {"deny", "warn", "note"}

severities := {severity | some severity in asked} if {
	asked := document.severities
	is_array(asked)
} else := {"deny"} if {
	subject.gatekeeper
}

# The categories of rules that are reported: those that a Constraint names, or all. An unknown category is ignored.
default categories := {"cluster", "placement", "restrictions"}

categories := chosen if {
	is_array(document.categories)
	chosen := {category | some category in document.categories} & {"cluster", "placement", "restrictions"}
	count(chosen) > 0
}

# The platform's facts: {} where none is named, so that nothing is assumed.
default platform := {}

platform := platforms.all[document.platform]

# The taints that Windows nodes carry, as {"key", "value", "effect"}: those declared, or else the platform's, or none.
default taints := []

taints := [{"key": taint.key, "value": object.get(taint, "value", ""), "effect": taint.effect} |
	some taint in document.taints
	is_string(taint.key)
	is_string(taint.effect)
] if {
	is_array(document.taints)
} else := platform.taints

# What is said of single rules, by id.
default rules := {}

rules := said if {
	said := document.rules
	is_object(said)
}

# The exceptions that name a rule; any other would except everything.
default exceptions := []

exceptions := [exception | some exception in document.exceptions; is_string(exception.rule)] if {
	is_array(document.exceptions)
}
