# METADATA
# title: Selectors that leave out Windows nodes
# description: |
#   A selector can leave out Windows nodes without naming an OS: it names a CPU architecture that they do not have, or a
#   label of nodes that run only Linux. The nodeSelectors of the pod and of its RuntimeClass and the required affinity
#   count together, as the scheduler reads them.
package lib.windows.linux_nodes

import data.lib.windows.data.node_labels
import data.lib.windows.node_affinity
import data.lib.windows.placement
import data.lib.windows.runtime_classes
import data.lib.windows.settings
import data.lib.windows.subject

# Whether no Windows node has the labels that the pod selects.
selected if {
	some expression in _selected
	_leaves_out_windows(expression)
}

selected if {
	node_affinity.given
	every term in placement.terms {
		_is_linux(term)
	}
}

# Whether the pod selects a device by a label, as lib.windows.data.node_labels lists them.
device if {
	some expression in _selected
	_names_device(expression)
}

device if {
	count(placement.terms) > 0
	every term in placement.terms {
		_has_device(term)
	}
}

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

# A node matches a term only if it matches each expression of the term.
_is_linux(term) if not "windows" in term.os

_is_linux(term) if {
	some expression in term.expressions
	_leaves_out_windows(expression)
}

_has_device(term) if {
	some expression in term.expressions
	_names_device(expression)
}

_names_device(expression) if {
	strings.any_prefix_match(expression.key, object.keys(node_labels.devices))
	expression.operator in {"In", "Exists", "Gt", "Lt"}
}

# The value of an OS label is windows on every Windows node, because the kubelet sets it.
_leaves_out_windows(expression) if {
	expression.key in {"beta.kubernetes.io/os", "kubernetes.io/os"}
	expression.operator == "In"
	not "windows" in expression.values
}

_leaves_out_windows(expression) if {
	expression.key in placement.architecture_labels
	_no_architecture(expression.operator, {value | some value in expression.values})
}

_leaves_out_windows(expression) if {
	prefixes := placement.provider_labels[expression.key]
	expression.operator == "In"
	every value in expression.values {
		not strings.any_prefix_match(lower(value), prefixes)
	}
}

_leaves_out_windows(expression) if {
	node_labels.linux[expression.key]
	expression.operator in {"In", "Exists"}
}

_leaves_out_windows(expression) if {
	expression.operator == "In"
	every value in expression.values {
		node_labels.linux[sprintf("%s=%v", [expression.key, value])]
	}
}

# Every node has the label of its architecture, and its values are no integers, so Gt and Lt match no node.
_no_architecture("In", values) if count(values & architectures) == 0

_no_architecture("NotIn", values) if count(architectures - values) == 0

_no_architecture(operator, _) if operator in {"DoesNotExist", "Gt", "Lt"}
