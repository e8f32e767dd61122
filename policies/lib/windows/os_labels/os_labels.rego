# METADATA
# title: The labels that name a node's OS
# description: |
#   A kubelet sets both labels to the OS in lower case and sets them again after a change
#   (k8s.io/kubernetes/pkg/kubelet, updateDefaultLabels). A value in another spelling therefore matches no node. Another
#   word can match the node of a virtual kubelet.
package lib.windows.os_labels

import data.lib.windows.node_affinity
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# The labels, the deprecated one last.
names := ["kubernetes.io/os", "beta.kubernetes.io/os"]

# The values that kubelets set.
values := {"linux", "windows"}

# The label that only Windows nodes have: their build.
build := "node.kubernetes.io/windows-build"

# The labels by which providers name the OS of a node, and the beginnings of the values that mean Windows, in lower case.
of_providers := {
	"cloud.google.com/gke-os-distribution": ["windows"],
	"kubernetes.azure.com/os-sku": ["windows"],
	"kubernetes.azure.com/os-type": ["windows"],
	"node.openshift.io/os_id": ["windows"],
}

# The OS that a value means, in any spelling: "windows" or "linux"; undefined for another word.
meant(value) := lower(value) if lower(value) in values

# The values in a nodeSelector (a map of label to value) that no kubelet sets: a set of {"label", "value", "meant": the OS
# that the value means, or ""}.
strange_in(selector) := {{"label": label, "value": value, "meant": _meant(value)} |
	some label in names
	value := selector[label]
	is_string(value)
	not value in values
}

# Whether a label can have the value. Any other text, such as $OS, stands for a value that is filled in before the API
# server gets the object.
can_be(value) if regex.match(`^(?:[A-Za-z0-9](?:[-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$`, value)

# The values in the pod that no kubelet sets: as in `strange_in`, with "by": nodeSelector, affinity or RuntimeClass,
# "field": the API server's path, and "operator": In or NotIn. A list of affinity that also has a right value is left out.
strange contains _found(label, value, "nodeSelector", subject.pod_field(sprintf("nodeSelector[%s]", [label]))) if {
	some label in names
	value := subject.pod.nodeSelector[label]
	not value in values # cheap, and false for most pods
	is_string(value)
}

strange contains _found(label, value, "RuntimeClass", subject.pod_field("runtimeClassName")) if {
	selector := runtime_classes.of_pod.scheduling.nodeSelector
	some label in names
	value := selector[label]
	not value in values
	is_string(value)
}

strange contains {
	"label": label,
	"value": found.value,
	"meant": _meant(found.value),
	"by": "affinity",
	"field": found.field,
	"operator": operator,
} if {
	subject.pod.affinity.nodeAffinity
	some label in names
	some operator in ["In", "NotIn"]
	some found in node_affinity.named(label, operator)
	is_string(found.value)
	not found.value in values
	count(_right(found.value) & found.beside) == 0
	_matters(operator, found.value)
}

_found(label, value, by, field) := {
	"label": label,
	"value": value,
	"meant": _meant(value),
	"by": by,
	"field": field,
	"operator": "In",
}

_meant(value) := meant(value) if {
	meant(value)
} else := ""

# The right values that make a strange one harmless if the same list has one of them.
_right(value) := {meant(value)} if {
	meant(value)
} else := values

_matters("In", _)

_matters("NotIn", value) if meant(value)
