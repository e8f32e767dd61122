# METADATA
# title: Where a pod can land, and what says so
# description: |
#   nodeSelector, required node affinity, the RuntimeClass's own selector, the labels of providers and nodeName, read
#   together as the scheduler reads them. Preferences and tolerations place nothing. Every source is an object with
#   "by": nodeSelector, affinity or RuntimeClass, "field": the API server's path, and "because": the reason in words.
package lib.windows.placement

import data.lib.windows.node_affinity
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# The label that only Windows nodes carry.
build_label := "node.kubernetes.io/windows-build"

# The labels that name a node's OS, the deprecated one last.
os_labels := ["kubernetes.io/os", "beta.kubernetes.io/os"]

# The labels that name a node's CPU architecture, the deprecated one last.
architecture_labels := ["kubernetes.io/arch", "beta.kubernetes.io/arch"]

# The labels of control-plane nodes, which run linux, the removed one last.
control_plane_labels := ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"]

# The labels by which providers name the OS of a node, with how the values that mean Windows begin, in lower case.
provider_labels := {
	"cloud.google.com/gke-os-distribution": ["windows"],
	"kubernetes.azure.com/os-sku": ["windows"],
	"kubernetes.azure.com/os-type": ["windows"],
}

# The sources that place the pod on one OS, the strongest first: an array of {"os": "windows" or "linux", "label": that
# of a selector, or "", "by", "field", "because"}.
statements := [{"os": named, "label": label, "by": by, "field": _field(by, label), "because": _because(by, label, named)} |
	some [_, named, by, label] in _claims
]

# The OSes that such sources name.
named_os := {named | some [_, named, _, _] in _claims}

# The OS that the strongest of them names; undefined where there is none.
strongest := min(_claims)[1]

# The OSes that all sources together leave: both where none says anything, {} where they contradict each other.
os := intersection({affinity_os} | {{named} | some named in named_os})

# The OSes that the required affinity leaves: both where there is none.
default affinity_os := {"linux", "windows"}

affinity_os := {left | some term in terms; some left in term.os} if node_affinity.given

# The terms of lib.windows.node_affinity, each with "os": the OSes whose nodes can match it.
default terms := []

terms := [object.union(term, {"os": _every_os - excluded}) |
	some term in node_affinity.terms
	excluded := {excluded | some expression in term.expressions; some excluded in _excluded(expression)}
] if {
	subject.pod.affinity
}

# The sources that leave some Windows builds only: a set of {"values": those builds, "label", "by", "field", "because"}.
builds := _pins(build_label)

# The sources that leave some CPU architectures only, in the same form.
architectures := {pin | some label in architecture_labels; some pin in _pins(label)}

# The values that all of such sources leave together: {} where they contradict each other, undefined without any.
agreed(pins) := intersection({pin.values | some pin in pins}) if count(pins) > 0

# Every single value that a source names for a label: a set of {"value", "label", "by", "field", "because"}.
named(label) := {object.union(object.remove(pin, ["values"]), {"value": value}) |
	some pin in _selector_pins(label)
	some value in pin.values
} | {{
	"value": found.value,
	"label": label,
	"by": "affinity",
	"field": found.field,
	"because": sprintf("required node affinity names %s %v in term %d", [label, found.value, found.number]),
} |
	some found in node_affinity.named(label)
}

# The sources that demand a label of the node, with whatever value: a set of {"by", "field", "because"}.
demands(label) := {{
	"by": pin.by,
	"field": pin.field,
	"because": sprintf("%s demands %s", [pin.by, label]),
} |
	some pin in _selector_pins(label)
} | {{
	"by": "affinity",
	"field": node_affinity.field,
	"because": sprintf("required node affinity demands %s", [label]),
} |
	node_affinity.all_ask(node_affinity.terms, label, {"In", "Exists"})
}

# The sources that send the pod to control-plane nodes, as `demands` gives them.
control_plane := {demand | some label in control_plane_labels; some demand in demands(label)}

# What names the very node, {"field", "because"}; undefined where nothing does.
node := {"field": subject.pod_field("nodeName"), "because": "nodeName names the node"} if {
	subject.bound
} else := {"field": field, "because": "nodeSelector names the node"} if {
	subject.pod.nodeSelector["kubernetes.io/hostname"]
	field := subject.pod_field("nodeSelector[kubernetes.io/hostname]")
} else := {"field": node_affinity.field, "because": "required node affinity names the node"} if {
	node_affinity.names_node
}

# Whether the pod's own selector or affinity keeps it from some nodes, of whatever OS.
narrowed if count(subject.pod.nodeSelector) > 0

narrowed if node_affinity.given

# Whether nothing says on which OS the pod lands, and nothing that is not known could.
open if {
	count(named_os) == 0
	not node
	not runtime_classes.unknown
	count(control_plane) == 0
	not _provider_named
}

# What a nodeSelector, a map of label to value, says of the OS: an array of {"os", "label"}, the strongest first.
selector_statements(selector) := [{"os": named, "label": label} |
	some [_, named, label] in {[_ranks[label], _os_of(label, value), label] | some label, value in selector}
]

# The labels that tell the OS, by their strength. A literal, for it stands in the way of every Linux pod.
_ranks := {
	"kubernetes.io/os": 0,
	"beta.kubernetes.io/os": 1,
	"node.kubernetes.io/windows-build": 2,
	"cloud.google.com/gke-os-distribution": 3,
	"kubernetes.azure.com/os-sku": 4,
	"kubernetes.azure.com/os-type": 5,
}

_every_os := {"linux", "windows"}

# Every claim as [strength, OS, source, label], so that the set is in the order of strength.
_claims contains [_ranks[label], _os_of(label, value), "nodeSelector", label] if {
	some label, value in subject.pod.nodeSelector
}

_claims contains [count(_ranks), named, "affinity", ""] if {
	subject.pod.affinity.nodeAffinity
	count(affinity_os) == 1
	some named in affinity_os
}

_claims contains [(count(_ranks) + 1) + _ranks[label], _os_of(label, value), "RuntimeClass", label] if {
	some label, value in runtime_classes.of_pod.scheduling.nodeSelector
}

_os_of(label, value) := value if {
	value in _every_os
	label in os_labels
} else := "windows" if {
	label == build_label
} else := "windows" if {
	strings.any_prefix_match(lower(value), provider_labels[label])
}

_field("nodeSelector", label) := subject.pod_field(sprintf("nodeSelector[%s]", [label]))

_field("RuntimeClass", _) := subject.pod_field("runtimeClassName")

_field("affinity", _) := node_affinity.field

_because(by, label, named) := sprintf("nodeSelector names %s", [build_label]) if {
	by == "nodeSelector"
	label == build_label
} else := sprintf("nodeSelector %s is %s", [label, subject.pod.nodeSelector[label]]) if {
	by == "nodeSelector"
} else := sprintf("RuntimeClass %s selects %s", [subject.pod.runtimeClassName, named]) if {
	by == "RuntimeClass"
} else := sprintf("required node affinity allows only %s", [named])

_provider_named if {
	some label, _ in provider_labels
	subject.pod.nodeSelector[label]
}

# The OSes whose nodes an expression keeps away. Every node has the OS labels, only Windows nodes have a build, and
# neither is an integer, so Gt and Lt match none.
_excluded(expression) := _every_os - {value | some value in expression.values} if {
	expression.key in os_labels
	expression.operator == "In"
} else := _every_os & {value | some value in expression.values} if {
	expression.key in os_labels
	expression.operator == "NotIn"
} else := _every_os if {
	expression.key in os_labels
	expression.operator in {"DoesNotExist", "Gt", "Lt"}
} else := _excluded_by_build[expression.operator] if {
	expression.key == build_label
} else := {"linux"} if {
	expression.operator == "In"
	prefixes := provider_labels[expression.key]
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

_pins(label) := _selector_pins(label) | {{
	"values": values,
	"label": label,
	"by": "affinity",
	"field": node_affinity.field,
	"because": sprintf("required node affinity allows only %s %s", [label, concat(" or ", sort(values))]),
} |
	subject.pod.affinity
	alternatives := [term | some term in terms; "windows" in term.os]
	node_affinity.all_ask(alternatives, label, {"In"})
	values := {value | some term in alternatives; some value in node_affinity.values(term, label)}
}

# What the two selectors demand of a label: the pod's own and that of its RuntimeClass.
_selector_pins(label) := {{
	"values": {value},
	"label": label,
	"by": "nodeSelector",
	"field": subject.pod_field(sprintf("nodeSelector[%s]", [label])),
	"because": sprintf("nodeSelector %s is %v", [label, value]),
} |
	value := subject.pod.nodeSelector[label]
} | {{
	"values": {value},
	"label": label,
	"by": "RuntimeClass",
	"field": subject.pod_field("runtimeClassName"),
	"because": sprintf("RuntimeClass %s selects %s %v", [subject.pod.runtimeClassName, label, value]),
} |
	value := runtime_classes.of_pod.scheduling.nodeSelector[label]
}
