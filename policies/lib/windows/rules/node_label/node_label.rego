# METADATA
# title: The labels by which pods find their nodes
# description: |
#   Every node has the labels kubernetes.io/os and kubernetes.io/arch, and a Windows node also has the label of its
#   build. The kubelet sets these labels and corrects them while it runs. A wrong label sends pods to a node that
#   cannot run them, and the kubelet fails such pods again and again. A missing label is reported only if something else
#   tells which OS the node runs.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/labels-annotations-taints/#kubernetes-io-os
#     description: Well-known labels, kubernetes.io/os
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#handling-multiple-windows-versions-in-the-same-cluster
#     description: Handling multiple Windows versions in the same cluster
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/kubelet_node_status.go#L232-L318
#     description: What the kubelet sets and corrects
# custom:
#   id: node-label
#   category: cluster
#   severities: [deny, warn]
#   enforcedBy: [scheduler, kubelet, advice]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: Let the kubelet set these labels, or write the values that it sets.
#   symptoms:
#     - Pending
#     - 'node(s) didn''t match Pod''s node affinity/selector'
#   kinds:
#     - apiGroups: ['']
#       kinds: [Node]
#   fields: [metadata.labels, status.nodeInfo]
package lib.windows.rules.node_label

import data.lib.windows.nodes
import data.lib.windows.os_labels
import data.lib.windows.result

applies if nodes.node

finding contains nodes.deny_on_create(rego.metadata.chain(), {
	"field": _field(label),
	"says": "The value is not windows or linux, so no pod that selects an OS finds the node. Let the kubelet set the label.",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	some label in _invalid_os_labels
}

finding contains nodes.deny_on_create(rego.metadata.chain(), {
	"field": _field(label),
	"says": sprintf("The kubelet reports another %s, so pods land here and cannot run. Let the kubelet set the label.", [reported]),
	"enforcedBy": "kubelet",
	"because": nodes.because,
}) if {
	some label, reported in _reported
	nodes.label(label) != nodes.info(reported)
	not label in _invalid_os_labels
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field(label),
	"says": "The label is missing, so no pod that selects it finds the node. Let the kubelet register the node, or add the label.",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	_tells_os
	some label, _ in _reported
	not nodes.label(label)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field(os_labels.build),
	"says": "The label is missing, so pods that select a Windows version do not find the node. Add the build, such as 10.0.20348.",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	nodes.windows
	not nodes.label(os_labels.build)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field(os_labels.build),
	"says": "A Windows build has three numbers and no revision, so pods that select the build miss the node. Write it like 10.0.20348.",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	nodes.windows
	build := nodes.label(os_labels.build)
	not regex.match(_build, build)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field(os_labels.build),
	"says": "The kubelet reports another kernelVersion, so pods land on the wrong Windows version. Let the kubelet set the label.",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	build := nodes.label(os_labels.build)
	regex.match(_build, build)
	build != nodes.reported_build
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field(os_labels.build),
	"says": "Only Windows nodes have a Windows build, so Windows pods land here and cannot run. Remove the label.",
	"enforcedBy": "kubelet",
	"because": nodes.because,
}) if {
	nodes.label(os_labels.build)
	not nodes.windows
}

# Whether anything tells what the node runs. Nothing does in the fixture of a test or in a Node that only sets a taint.
_tells_os if nodes.info(["operatingSystem", "osImage", "kernelVersion"][_])

_tells_os if nodes.label(["beta.kubernetes.io/os", "kubernetes.io/os", os_labels.build][_])

_tells_os if {
	some label, _ in os_labels.of_providers
	nodes.label(label)
}

_field(label) := sprintf("metadata.labels[%s]", [label])

# The labels, and the fields of status.nodeInfo that they repeat.
_reported := {"kubernetes.io/os": "operatingSystem", "kubernetes.io/arch": "architecture"}

# The label of the OS, if its value is not an OS.
_invalid_os_labels contains "kubernetes.io/os" if {
	name := nodes.label("kubernetes.io/os")
	not name in {"windows", "linux"}
}

_build := `^\d{1,5}\.\d{1,5}\.\d{1,9}$`
