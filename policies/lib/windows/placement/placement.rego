# METADATA
# title: The nodes that a pod can run on, and the reason
# description: |
#   The scheduler reads the nodeSelector, the required node affinity, the nodeSelector of the RuntimeClass and nodeName
#   together. Preferences and tolerations place nothing. Every source here is an object with "by": nodeSelector, affinity
#   or RuntimeClass, "field": the API server's path, and "because": the reason in words.
package lib.windows.placement

import data.lib.windows.affinity_os
import data.lib.windows.data.platforms
import data.lib.windows.node_affinity
import data.lib.windows.os_labels
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# The labels that name a node's CPU architecture, the deprecated one last.
architecture_labels := ["kubernetes.io/arch", "beta.kubernetes.io/arch"]

# The labels of control-plane nodes, which run Linux. Kubernetes removed the last one.
control_plane_labels := ["node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master"]

# The sources that name one OS, in any spelling, the strongest first: an array of {"os": "windows" or "linux", "label": the
# label of a selector, or "", "by", "field", "because"}.
statements := [{"os": named, "label": label, "by": by, "field": _field(by, label), "because": _because(by, label, named)} |
	some [_, named, by, label] in _claims
]

# The OSes that `statements` name: a set.
named_os contains named if some [_, named, _, _] in _claims

# The OS that the strongest source names; undefined without a source.
strongest := min(_claims)[1]

# The OSes that all sources together allow: a set, both without a source, empty if sources contradict each other or name
# a value that no node has.
os := set() if {
	some found in os_labels.strange
	found.by != "affinity"
} else := intersection({affinity_os.allowed} | {{named} | some named in named_os})

# The sources that allow only some Windows builds, by the build or by a label of the provider: a set of {"values": the
# builds, "label", "by", "field", "because"}.
builds := _pins(os_labels.build) | _builds_by_sku

default _builds_by_sku := set()

_builds_by_sku := {object.union(pin, {"values": named}) |
	some pin in _pins("kubernetes.azure.com/os-sku")
	named := {platforms.node_builds[value].build | some value in pin.values}
	count(named) == count(pin.values)
} if {
	_may_name_sku # cheap, and false for most pods
}

_may_name_sku if subject.pod.nodeSelector["kubernetes.azure.com/os-sku"]

_may_name_sku if subject.pod.affinity

_may_name_sku if runtime_classes.of_pod.scheduling.nodeSelector["kubernetes.azure.com/os-sku"]

# The sources that allow only some CPU architectures, in the form of `builds`.
architectures contains pin if {
	some label in architecture_labels
	some pin in _pins(label)
}

# The values that all of these sources allow together: a set, empty if they contradict each other, undefined without a
# source. pins is a set such as `builds`.
agreed(pins) := intersection({pin.values | some pin in pins}) if count(pins) > 0

# The single values that sources name for a label: a set of {"value", "label", "by", "field", "because"}.
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
	some found in node_affinity.named(label, "In")
}

# The sources that require the node to have a label, with any value: a set of {"by", "field", "because"}.
requires(label) := {{
	"by": pin.by,
	"field": pin.field,
	"because": sprintf("%s requires %s", [pin.by, label]),
} |
	some pin in _selector_pins(label)
} | {{
	"by": "affinity",
	"field": node_affinity.field,
	"because": sprintf("required node affinity requires %s", [label]),
} |
	node_affinity.every_term_has(node_affinity.terms, label, {"In", "Exists"})
}

# The sources that place the pod on control-plane nodes, in the form of `requires`.
control_plane contains source if {
	some label in control_plane_labels
	some source in requires(label)
}

# The field that names the node of the pod: {"field", "because"}; undefined if none does.
node := {"field": subject.pod_field("nodeName"), "because": "nodeName names the node"} if {
	subject.bound
} else := {"field": field, "because": "nodeSelector names the node"} if {
	subject.pod.nodeSelector["kubernetes.io/hostname"]
	field := subject.pod_field("nodeSelector[kubernetes.io/hostname]")
} else := {"field": node_affinity.field, "because": "required node affinity names the node"} if {
	node_affinity.names_node
}

# Whether the nodeSelector of the pod or of its RuntimeClass, or required affinity, excludes nodes, of any OS.
narrowed if count(subject.pod.nodeSelector) > 0

narrowed if node_affinity.given

narrowed if count(runtime_classes.of_pod.scheduling.nodeSelector) > 0

# Whether the pod can run on either OS for certain: no source names an OS, and no unknown RuntimeClass can.
open if {
	count(named_os) == 0
	not node
	not runtime_classes.unknown
	count(control_plane) == 0
	not _provider_named
	count(os) == 2
}

# The OSes that a nodeSelector (a map of label to value) names: an array of {"os", "label"}, the strongest first.
selector_statements(selector) := [{"os": named, "label": label} |
	some [_, named, label] in {[_ranks[label], _os_of(label, value), label] | some label, value in selector}
]

# The labels that tell the OS, by strength. A literal, because every Linux pod evaluates it.
_ranks := {
	"kubernetes.io/os": 0,
	"beta.kubernetes.io/os": 1,
	"node.kubernetes.io/windows-build": 2,
	"cloud.google.com/gke-os-distribution": 3,
	"kubernetes.azure.com/os-sku": 4,
	"kubernetes.azure.com/os-type": 5,
	"node.openshift.io/os_id": 6,
}

# The sources that name an OS, as [strength, OS, source, label]: Rego sorts the set by strength.
_claims contains [rank, named, "nodeSelector", label] if {
	some label, value in subject.pod.nodeSelector
	rank := _ranks[label]
	named := _os_of(label, value)
}

_claims contains [count(_ranks), named, "affinity", ""] if {
	subject.pod.affinity.nodeAffinity
	count(affinity_os.meant) == 1
	some named in affinity_os.meant
}

_claims contains [(count(_ranks) + 1) + rank, named, "RuntimeClass", label] if {
	some label, value in runtime_classes.of_pod.scheduling.nodeSelector
	rank := _ranks[label]
	named := _os_of(label, value)
}

_os_of(label, value) := value if {
	value in os_labels.values # the usual spelling
	label in os_labels.names
} else := os_labels.meant(value) if {
	label in os_labels.names
} else := "windows" if {
	label == os_labels.build
} else := "windows" if {
	strings.any_prefix_match(lower(value), os_labels.of_providers[label])
}

_field("nodeSelector", label) := subject.pod_field(sprintf("nodeSelector[%s]", [label]))

_field("RuntimeClass", _) := subject.pod_field("runtimeClassName")

_field("affinity", _) := node_affinity.field

_because(by, label, named) := sprintf("nodeSelector names %s", [os_labels.build]) if {
	by == "nodeSelector"
	label == os_labels.build
} else := sprintf("nodeSelector %s is %s", [label, subject.pod.nodeSelector[label]]) if {
	by == "nodeSelector"
} else := sprintf("RuntimeClass %s selects %s", [subject.pod.runtimeClassName, named]) if {
	by == "RuntimeClass"
} else := sprintf("required node affinity allows only %s", [named])

_provider_named if {
	some label, _ in os_labels.of_providers
	subject.pod.nodeSelector[label]
}

_pins(label) := _selector_pins(label) | {{
	"values": values,
	"label": label,
	"by": "affinity",
	"field": node_affinity.field,
	"because": sprintf("required node affinity allows only %s %s", [label, concat(" or ", sort(values))]),
} |
	subject.pod.affinity
	alternatives := [term | some term in affinity_os.terms; "windows" in term.os]
	node_affinity.every_term_has(alternatives, label, {"In"})
	values := {value | some term in alternatives; some value in node_affinity.values(term, label)}
}

# The values that the nodeSelectors of the pod and of its RuntimeClass require for a label, in the form of `builds`.
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
