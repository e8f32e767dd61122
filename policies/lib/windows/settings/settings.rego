# METADATA
# title: The effective configuration
# description: |
#   The configuration is one document: a Constraint's parameters in Gatekeeper, data.lib.windows.config otherwise.
#   A value of the wrong type is ignored, so that a mistake never switches a rule off.
package lib.windows.settings

import data.lib.windows.config
import data.lib.windows.data.platforms
import data.lib.windows.subject

# The configuration as it is written: an object, {} if there is none.
default document := {}

document := parameters if {
	parameters := subject.parameters
} else := config if {
	is_object(config)
}

# The severities to report: a set of names. A Constraint names them (default: deny); otherwise it is all of them.
default severities := {"deny", "warn", "note"}

severities := {severity | some severity in document.severities} if {
	is_array(document.severities)
} else := {"deny"} if {
	subject.gatekeeper
}

# The categories of winpolicy's own rules to report: a set of names. The configuration names them (default: all). Unknown
# ones are ignored.
default categories := {"cluster", "placement", "restrictions"}

categories := chosen if {
	is_array(document.categories)
	chosen := {category | some category in document.categories} & {"cluster", "placement", "restrictions"}
	count(chosen) > 0
}

# Whether the rules of a category are reported. A category of a team's own rules is, unless the configuration names others.
reports(category) if category in categories

reports(category) if {
	not category in {"cluster", "placement", "restrictions"}
	not is_array(object.get(document, "categories", null))
}

reports(category) if category in document.categories

# The facts of the platform (lib.windows.data.platforms): {} if the configuration names no platform, so that nothing is assumed.
default platform := {}

platform := platforms.defaults[document.platform]

# The taints of Windows nodes: an array of {"key", "value", "effect"}. They come from the configuration, or else from the
# platform, or there are none.
default taints := []

taints := [{"key": taint.key, "value": object.get(taint, "value", ""), "effect": taint.effect} |
	some taint in document.taints
	is_string(taint.key)
	is_string(taint.effect)
] if {
	is_array(document.taints)
} else := platform.taints

# The settings of single rules, by id: {"enabled", "severity", "parameters"}.
default rules := {}

rules := document.rules if is_object(document.rules)

# The exceptions: an array. An exception that names no rule is ignored, because it would cover every finding.
default exceptions := []

exceptions := [exception | some exception in document.exceptions; is_string(exception.rule)] if {
	is_array(document.exceptions)
}

# The accounts whose owner references count on CREATE, beside those of Kubernetes' controllers: a set of user names.
default controllers := set()

controllers := {account | some account in document.controllers; is_string(account)} if {
	is_array(document.controllers)
}
