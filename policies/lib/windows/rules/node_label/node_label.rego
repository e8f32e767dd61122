# METADATA
# title: The labels by which pods find their nodes
# description: |
#   Every node has the labels kubernetes.io/os and kubernetes.io/arch, and a Windows node also has the label of its
#   build. The kubelet sets these labels and corrects them while it runs. A wrong label sends pods to a node that
#   cannot run them, and the kubelet fails such pods again and again.
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
import data.lib.windows.placement
import data.lib.windows.result

applies if nodes.node

finding contains nodes.deny_on_create(rego.metadata.chain(), {
	"field": _field(label),
	"says": "neither windows nor linux, so no pod that names its OS finds the node; leave it to the kubelet",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	some label in _invalid_os_labels
}

finding contains nodes.deny_on_create(rego.metadata.chain(), {
	"field": _field(label),
	"says": sprintf("differs from %s, which the kubelet reports, so pods land where they cannot run; leave it to the kubelet", [reported]),
	"enforcedBy": "kubelet",
	"because": nodes.because,
}) if {
	some label, reported in _reported
	nodes.label(label) != nodes.info(reported)
	not label in _invalid_os_labels
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field(label),
	"says": "missing, and every node has it; let the kubelet register the node, or add it",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	nodes.node
	some label, _ in _reported
	not nodes.label(label)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field(placement.build_label),
	"says": "missing, so pods for one version of Windows do not find the node; add its build, as 10.0.20348",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	nodes.windows
	not nodes.label(placement.build_label)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field(placement.build_label),
	"says": "no build of Windows: it has three numbers, as 10.0.20348, and no revision",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	nodes.windows
	build := nodes.label(placement.build_label)
	not regex.match(_build, build)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field(placement.build_label),
	"says": "differs from status.nodeInfo.kernelVersion, which the kubelet reports; leave it to the kubelet",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	build := nodes.label(placement.build_label)
	regex.match(_build, build)
	build != nodes.reported_build
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field(placement.build_label),
	"says": "only Windows nodes have a build of Windows, and pods that select it come to this node; remove it",
	"enforcedBy": "kubelet",
	"because": nodes.because,
}) if {
	nodes.label(placement.build_label)
	not nodes.windows
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
