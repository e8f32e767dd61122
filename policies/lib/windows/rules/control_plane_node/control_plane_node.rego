# METADATA
# title: Control planes run on Linux
# description: |
#   The control plane of Kubernetes runs only on Linux, and Windows nodes are workers. If a Windows node carries the
#   label of a control plane, it attracts pods that it cannot run. If it carries the taint, it repels pods that it can
#   run. kubeadm does not create a control plane on Windows either: its Windows nodes join as workers.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#windows-nodes-in-kubernetes
#     description: Windows nodes in Kubernetes
#   - ref: https://kubernetes.io/docs/tasks/administer-cluster/kubeadm/adding-windows-nodes/
#     description: Adding Windows worker nodes
# custom:
#   id: control-plane-node
#   category: cluster
#   severities: [deny, warn]
#   enforcedBy: [runtime]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: Remove the label and the taint of the control plane from the Windows node, and run the control plane on Linux nodes.
#   kinds:
#     - apiGroups: ['']
#       kinds: [Node]
#     - apiGroups: [kubeadm.k8s.io]
#       kinds: [InitConfiguration, JoinConfiguration]
#   fields: [metadata.labels, spec.taints, controlPlane, nodeRegistration]
#   parameters:
#     controlPlaneLabels:
#       type: array
#       items: {type: string}
#       description: The labels of control plane nodes. The rule reads them as keys of taints too.
#       default: [node-role.kubernetes.io/control-plane, node-role.kubernetes.io/master]
package lib.windows.rules.control_plane_node

import data.lib.windows.kubelet_files
import data.lib.windows.nodes
import data.lib.windows.parameters
import data.lib.windows.result

applies if nodes.windows

applies if _kubeadm_field

finding contains nodes.deny_on_create(rego.metadata.chain(), {
	"field": _marked_field,
	"says": "This marks a Windows node as control plane, so pods that need Linux can land on it. Remove this label or taint.",
	"enforcedBy": "runtime",
	"because": nodes.because,
}) if {
	nodes.windows
}

finding contains result.deny(rego.metadata.chain(), {
	"field": _kubeadm_field,
	"says": "This makes a Windows node a control plane node, but the control plane runs only on Linux. Join the node as a worker.",
	"enforcedBy": "runtime",
	"because": kubelet_files.because,
})

# The field that marks the node. A label comes before a taint, so that one mistake gives one finding.
_marked_field := array.concat(_label_fields, _taint_fields)[0]

_label_fields := [sprintf("metadata.labels[%s]", [label]) |
	some label in _parameters.controlPlaneLabels
	nodes.node.metadata.labels[label] != null
]

_taint_fields := [sprintf("spec.taints[%d]", [i]) |
	some i, taint in nodes.node.spec.taints
	taint.key in _parameters.controlPlaneLabels
]

_parameters := parameters.of(rego.metadata.chain())

# The field of a kubeadm file that makes a Windows node a control plane node.
_kubeadm_field := "kind" if {
	kubelet_files.document.kind == "InitConfiguration"
	kubelet_files.because
} else := "controlPlane" if {
	kubelet_files.document.kind == "JoinConfiguration"
	kubelet_files.document.controlPlane != null
	kubelet_files.because
}
