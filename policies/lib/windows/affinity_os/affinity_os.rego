# METADATA
# title: The OSes that the required node affinity of a pod allows
# description: |
#   Every node has the OS labels of lib.windows.os_labels, and only Windows nodes have a build. A pod can run on a node that
#   matches one of the terms of its affinity.
package lib.windows.affinity_os

import data.lib.windows.node_affinity
import data.lib.windows.os_labels
import data.lib.windows.subject

# The OSes that the required node affinity allows: a set, both without affinity.
default allowed := {"linux", "windows"}

allowed := {left | some term in terms; some left in term.os} if node_affinity.given

# The terms of lib.windows.node_affinity: an array, each term with "os": the set of OSes whose nodes can match it.
default terms := []

terms := [object.union(term, {"os": os_labels.values - excluded}) |
	some term in node_affinity.terms
	excluded := {excluded | some expression in term.expressions; some excluded in _excluded(expression)}
] if {
	subject.pod.affinity
}

# The OSes that the affinity allows, or would allow if every node matched each spelling of its OS.
meant := allowed if {
	count(allowed) > 0
} else := {named |
	some term in node_affinity.terms
	some named in (os_labels.values - {excluded |
		some expression in term.expressions
		some excluded in _excluded(_lowered(expression))
	})
}

_lowered(expression) := object.union(expression, {"values": [lower(value) | some value in expression.values]}) if {
	expression.key in os_labels.names
} else := expression

# The OSes whose nodes an expression excludes: a set. Every node has the OS labels, and only Windows nodes have a build.
# Their values are no integers, so Gt and Lt match no node.
_excluded(expression) := os_labels.values - {value | some value in expression.values} if {
	expression.key in os_labels.names
	expression.operator == "In"
} else := os_labels.values & {value | some value in expression.values} if {
	expression.key in os_labels.names
	expression.operator == "NotIn"
} else := os_labels.values if {
	expression.key in os_labels.names
	expression.operator in {"DoesNotExist", "Gt", "Lt"}
} else := _excluded_by_build[expression.operator] if {
	expression.key == os_labels.build
} else := {"linux"} if {
	expression.operator == "In"
	prefixes := os_labels.of_providers[expression.key]
	every value in expression.values {
		strings.any_prefix_match(lower(value), prefixes)
	}
} else := set()

_excluded_by_build := {
	"In": {"linux"},
	"Exists": {"linux"},
	"DoesNotExist": {"windows"},
	"Gt": {"linux", "windows"},
	"Lt": {"linux", "windows"},
}
