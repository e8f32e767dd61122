# METADATA
# title: Control planes run on Linux
# description: |
#   The control plane of Kubernetes runs on Linux alone; Windows nodes are workers. A Windows node that carries the label
#   or the taint of a control plane draws pods that it cannot run, and keeps away those that it could. kubeadm has no
#   control plane for Windows either: its nodes join as workers.
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
#   remedy: Take label and taint of the control plane off the Windows node, and run the control plane on Linux nodes.
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
#       description: The labels, which are also keys of taints, of the nodes of the control plane.
#       default: [node-role.kubernetes.io/control-plane, node-role.kubernetes.io/master]
package lib.windows.rules.control_plane_node

import data.lib.windows.kubelet_files
import data.lib.windows.nodes
import data.lib.windows.parameters
import data.lib.windows.result

applies if nodes.windows

applies if _configured

finding contains nodes.refused(rego.metadata.chain(), {
	"field": _mark,
	"says": "marks a Windows node as one of the control plane, which runs on Linux only; remove it",
	"enforcedBy": "runtime",
	"because": nodes.because,
}) if {
	nodes.windows
}

finding contains result.deny(rego.metadata.chain(), {
	"field": _configured,
	"says": "makes a control plane on a Windows node, and it runs on Linux only; join the node as a worker",
	"enforcedBy": "runtime",
	"because": kubelet_files.because,
})

# What marks the node, the label before the taint of the same name; undefined where nothing does.
_mark := array.concat(_labels, _taints)[0]

_labels := [sprintf("metadata.labels[%s]", [label]) |
	some label in _parameters.controlPlaneLabels
	nodes.node.metadata.labels[label] != null
]

_taints := [sprintf("spec.taints[%d]", [i]) |
	some i, taint in nodes.node.spec.taints
	taint.key in _parameters.controlPlaneLabels
]

_parameters := parameters.of(rego.metadata.chain())

# What in kubeadm's configuration of a Windows node makes it a control plane.
_configured := "kind" if {
	kubelet_files.document.kind == "InitConfiguration"
	kubelet_files.because
} else := "controlPlane" if {
	kubelet_files.document.kind == "JoinConfiguration"
	kubelet_files.document.controlPlane != null
	kubelet_files.because
}
