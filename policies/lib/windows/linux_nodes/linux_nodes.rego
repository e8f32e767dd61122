# METADATA
# title: Selectors that leave out Windows nodes
# description: |
#   A selector can leave out Windows nodes without an OS label: it names a CPU architecture that they do not have, or a
#   label of nodes that run only Linux. lib.windows.placement reads the OS labels. The nodeSelectors of the pod and of its
#   RuntimeClass and the required affinity count together, as the scheduler reads them.
package lib.windows.linux_nodes

import data.lib.windows.affinity_os
import data.lib.windows.data.node_labels
import data.lib.windows.os_labels
import data.lib.windows.placement
import data.lib.windows.runtime_classes
import data.lib.windows.settings
import data.lib.windows.subject

# What the selectors of the pod tell about its nodes: a set of "linux", if no Windows node matches them, and "device", if
# they name a device. A node must match one of the terms of the affinity.
told := {mark | some expression in _selected; some mark in _marks(expression)} | intersection({_of_term(term) |
	some term in affinity_os.terms
})

# The CPU architectures of Windows nodes, as the parameter of the rule `architecture` names them: a set.
default architectures := {"amd64"}

architectures := {name | some name in listed} if {
	listed := settings.rules.architecture.parameters.architectures
	is_array(listed)
	every name in listed {
		is_string(name)
	}
}

# What the nodeSelectors of the pod and of its RuntimeClass require, in the form of the affinity's expressions.
_selected contains {"key": label, "operator": "In", "values": [value]} if some label, value in subject.pod.nodeSelector

_selected contains {"key": label, "operator": "In", "values": [value]} if {
	some label, value in runtime_classes.of_pod.scheduling.nodeSelector
}

_of_term(term) := {"linux" | not "windows" in term.os} | {mark |
	some expression in term.expressions
	some mark in _marks(expression)
}

_marks(expression) := {"linux" | _linux(expression.key, expression.operator, expression)} | {"device" |
	strings.any_prefix_match(expression.key, object.keys(node_labels.devices))
	expression.operator in {"In", "Exists", "Gt", "Lt"}
}

# Every node has the label of its architecture, and its values are no integers, so Gt and Lt match no node.
_linux(key, operator, _) if {
	key in placement.architecture_labels
	operator in {"DoesNotExist", "Gt", "Lt"}
}

_linux(key, "In", expression) if {
	key in placement.architecture_labels
	count({value | some value in expression.values} & architectures) == 0
}

_linux(key, "NotIn", expression) if {
	key in placement.architecture_labels
	count(architectures - {value | some value in expression.values}) == 0
}

_linux(key, "In", expression) if {
	prefixes := os_labels.of_providers[key]
	every value in expression.values {
		not strings.any_prefix_match(lower(value), prefixes)
	}
}

_linux(key, operator, _) if {
	node_labels.linux[key]
	operator in {"In", "Exists"}
}

_linux(key, "In", expression) if {
	every value in expression.values {
		node_labels.linux[sprintf("%s=%v", [key, value])]
	}
}
