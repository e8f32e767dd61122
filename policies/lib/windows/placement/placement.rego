# METADATA
# title: Where a pod can land, and what says so
# description: |
#   nodeSelector, required node affinity, the RuntimeClass's own selector, the labels of providers and nodeName, read as
#   the scheduler reads them (k8s.io/component-helpers/scheduling/corev1/nodeaffinity): the terms of an affinity are
#   alternatives, the expressions of a term hold together, and a term without any matches no node. Preferences and
#   tolerations place nothing.
package lib.windows.placement

import data.lib.windows.runtime_classes
import data.lib.windows.subject

# The label that only Windows nodes carry.
build_label := "node.kubernetes.io/windows-build"

# The labels that name a node's OS, the deprecated one last.
os_labels := ["kubernetes.io/os", "beta.kubernetes.io/os"]

# The labels that name a node's CPU architecture, the deprecated one last.
architecture_labels := ["kubernetes.io/arch", "beta.kubernetes.io/arch"]

# The labels by which providers name the OS of a node, with how the values that mean Windows begin, in lower case.
provider_labels := {
	"cloud.google.com/gke-os-distribution": ["windows"],
	"kubernetes.azure.com/os-sku": ["windows"],
	"kubernetes.azure.com/os-type": ["windows"],
}

# The labels of control-plane nodes, which run linux, the removed one last.
control_plane_labels := ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"]

# Everything that places the pod on one OS, the strongest first: [{"os": "windows" or "linux", "by": "nodeSelector",
# "affinity" or "RuntimeClass", "label": of a selector, or "", "field": the API server's path, "because": in words}].
statements := array.concat(_of_node_selector, array.concat(_of_affinity, _of_runtime_class))

# The OSes that all sources together leave: {"linux", "windows"} where none says anything, {} where they contradict.
os := intersection({admitted | some admitted in array.concat(
	[_every_os, affinity_os],
	[{statement.os} | some statement in statements],
)})

# The OSes that the required affinity leaves, both where there is none.
default affinity_os := {"linux", "windows"}

affinity_os := {admitted | some term in terms; some admitted in term.os} if count(_required_terms) > 0

# The terms of the required affinity that can match a node: [{"number": from 1, as messages count, "os": those that the
# term leaves, "field": its path, "expressions", "fields"}].
default terms := []

terms := [{
	"number": index + 1,
	"os": _every_os - {os | some expression in expressions; some os in _excluded(expression)},
	"field": sprintf("%s[%d]", [_affinity_field, index]),
	"expressions": expressions,
	"fields": fields,
} |
	some index, term in _required_terms
	expressions := _list(term, "matchExpressions")
	fields := _list(term, "matchFields")
	count(expressions) + count(fields) > 0
] if {
	subject.pod.affinity
}

# What places the pod on some Windows builds only: {"values": the builds, "by", "label", "field", "because"}.
builds := _pins(build_label)

# What places the pod on some CPU architectures only, in the same form.
architectures := {pin | some label in architecture_labels; some pin in _pins(label)}

# The values that all pins of `builds` or `architectures` leave together: {} where they contradict, undefined where
# there are none and the choice is open.
agreed(pins) := intersection({pin.values | some pin in pins}) if count(pins) > 0

# Every single value that a source names for the label: {"value", "by", "label", "field", "because"}.
named(label) := {object.union(object.remove(pin, ["values"]), {"value": value}) |
	some pin in (_selector_pins(label) | _runtime_class_pins(label))
	some value in pin.values
} | {{
	"value": value,
	"by": "affinity",
	"label": label,
	"field": sprintf("%s.matchExpressions[%d].values[%d]", [term.field, index, place]),
	"because": sprintf("required node affinity names %s %v in term %d", [label, value, term.number]),
} |
	some term in terms
	some index, expression in term.expressions
	expression.key == label
	expression.operator == "In"
	some place, value in expression.values
}

# The sources that leave the pod only some values of a label, on Windows nodes as far as affinity goes.
_pins(label) := (_selector_pins(label) | _runtime_class_pins(label)) | _affinity_pins(label)

_selector_pins(label) := {{
	"values": {value},
	"by": "nodeSelector",
	"label": label,
	"field": subject.pod_field(sprintf("nodeSelector[%s]", [label])),
	"because": sprintf("nodeSelector %s is %v", [label, value]),
} |
	value := subject.pod.nodeSelector[label]
}

_runtime_class_pins(label) := {{
	"values": {value},
	"by": "RuntimeClass",
	"label": label,
	"field": subject.pod_field("runtimeClassName"),
	"because": sprintf("RuntimeClass %s selects %s %v", [subject.pod.runtimeClassName, label, value]),
} |
	value := runtime_classes.of_pod.scheduling.nodeSelector[label]
}

_affinity_pins(label) := {{
	"values": values,
	"by": "affinity",
	"label": label,
	"field": _affinity_field,
	"because": sprintf("required node affinity allows only %s %s", [label, concat(" or ", sort(values))]),
} |
	windows_terms := [term | some term in terms; "windows" in term.os]
	_in_every_term(windows_terms, label, {"In"})
	values := {value | some term in windows_terms; some value in _values(term, label)}
}

_in_every_term(alternatives, label, operators) if {
	count(alternatives) > 0
	every term in alternatives {
		some expression in term.expressions
		expression.key == label
		expression.operator in operators
	}
}

# What a term that names the label leaves of its values.
_values(term, label) := intersection(_value_sets(term, label, "In")) - union(_value_sets(term, label, "NotIn"))

_value_sets(term, label, operator) := {values |
	some expression in term.expressions
	expression.key == label
	expression.operator == operator
	values := {value | some value in expression.values; is_string(value)}
}

# What demands that a node has the label, with whatever value: {"by", "field", "because"}.
demands(label) := {{"by": pin.by, "field": pin.field, "because": pin.because} |
	some pin in (_selector_pins(label) | _runtime_class_pins(label))
} | {{
	"by": "affinity",
	"field": _affinity_field,
	"because": sprintf("required node affinity demands %s", [label]),
} |
	_in_every_term(terms, label, {"In", "Exists"})
}

# What names the very node, {"field", "because"}; undefined where nothing does.
node := {"field": subject.pod_field("nodeName"), "because": "nodeName names the node"} if {
	subject.bound
} else := {"field": field, "because": "nodeSelector names the node"} if {
	subject.pod.nodeSelector["kubernetes.io/hostname"]
	field := subject.pod_field("nodeSelector[kubernetes.io/hostname]")
} else := {"field": _affinity_field, "because": "required node affinity names the node"} if {
	count(terms) > 0
	every term in terms {
		_names_node(term)
	}
}

_names_node(term) if {
	some field in term.fields
	field.key == "metadata.name"
	field.operator == "In"
}

_names_node(term) if {
	some expression in term.expressions
	expression.key == "kubernetes.io/hostname"
	expression.operator == "In"
}

# What sends the pod to control-plane nodes, as `demands` gives it.
control_plane := {demand | some label in control_plane_labels; some demand in demands(label)}

# Whether the pod's own selector or affinity keeps it from some nodes, of whatever OS.
narrowed if count(subject.pod.nodeSelector) > 0

narrowed if count(_required_terms) > 0

# Whether nothing at all says, or may say, on which OS the pod lands.
open if {
	count(statements) == 0
	not _provider_named
	not node
	not runtime_classes.unknown
	count(control_plane) == 0
}

# What a nodeSelector, a map of label to value, says of the OS: [{"os", "label"}], the strongest first.
selector_statements(selector) := [{"os": said, "label": label} |
	some label in _telling_labels
	said := _os_of(label, selector[label])
]

_telling_labels := array.concat(array.concat(os_labels, [build_label]), [label | some label, _ in provider_labels])

_os_of(label, value) := value if {
	label in os_labels
	value in _every_os
} else := "windows" if {
	label == build_label
} else := "windows" if {
	strings.any_prefix_match(lower(value), provider_labels[label])
}

_provider_named if {
	some label, _ in provider_labels
	subject.pod.nodeSelector[label]
}

_every_os := {"linux", "windows"}

default _of_node_selector := []

_of_node_selector := [object.union(said, {
	"by": "nodeSelector",
	"field": subject.pod_field(sprintf("nodeSelector[%s]", [said.label])),
	"because": _selector_because(said),
}) |
	some said in selector_statements(subject.pod.nodeSelector)
] if {
	subject.pod.nodeSelector
}

_selector_because(said) := sprintf("nodeSelector names %s", [build_label]) if {
	said.label == build_label
} else := sprintf("nodeSelector %s is %s", [said.label, subject.pod.nodeSelector[said.label]])

default _of_runtime_class := []

_of_runtime_class := [object.union(said, {
	"by": "RuntimeClass",
	"field": subject.pod_field("runtimeClassName"),
	"because": sprintf("RuntimeClass %s selects %s", [subject.pod.runtimeClassName, said.os]),
}) |
	some said in selector_statements(runtime_classes.of_pod.scheduling.nodeSelector)
] if {
	subject.pod.runtimeClassName
}

default _of_affinity := []

_of_affinity := [{
	"os": said,
	"by": "affinity",
	"label": "",
	"field": _affinity_field,
	"because": sprintf("required node affinity allows only %s", [said]),
} |
	count(affinity_os) == 1
	some said in affinity_os
] if {
	subject.pod.affinity
}

_required_terms := listed if {
	listed := subject.pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms
	is_array(listed)
}

_affinity_field := subject.pod_field(concat(".", [
	"affinity",
	"nodeAffinity",
	"requiredDuringSchedulingIgnoredDuringExecution",
	"nodeSelectorTerms",
]))

_list(term, part) := term[part] if {
	is_array(term[part])
} else := []

# The OSes whose nodes an expression keeps away. Every node has the OS labels, only Windows nodes have a build, and
# neither is an integer, so Gt and Lt match none.
_excluded(expression) := _every_os - {value | some value in expression.values} if {
	expression.key in os_labels
	expression.operator == "In"
} else := _every_os & {value | some value in expression.values} if {
	expression.key in os_labels
	expression.operator == "NotIn"
} else := _every_os if {
	expression.key in {"kubernetes.io/os", "beta.kubernetes.io/os"}
	expression.operator in {"DoesNotExist", "Gt", "Lt"}
} else := _build_excluded[expression.operator] if {
	expression.key == build_label
} else := {"linux"} if {
	expression.operator == "In"
	prefixes := provider_labels[expression.key]
	every value in expression.values {
		strings.any_prefix_match(lower(value), prefixes)
	}
} else := set()

_build_excluded := {
	"In": {"linux"},
	"Exists": {"linux"},
	"DoesNotExist": {"windows"},
	"Gt": {"linux", "windows"},
	"Lt": {"linux", "windows"},
}
