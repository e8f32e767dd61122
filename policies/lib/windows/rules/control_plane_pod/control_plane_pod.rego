# METADATA
# title: No control plane on Windows
# description: |
#   The control plane of Kubernetes runs only on Linux, and no Windows node has its role. If a Windows pod selects
#   control plane nodes, it stays Pending. A Windows pod may tolerate their taint, because many agents tolerate every
#   taint.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#windows-nodes-in-kubernetes
#     description: Windows nodes in Kubernetes
#   - ref: https://kubernetes.io/docs/reference/labels-annotations-taints/#node-role-kubernetes-io-control-plane
#     description: node-role.kubernetes.io/control-plane
# custom:
#   id: control-plane-pod
#   category: placement
#   severities: [deny]
#   enforcedBy: [scheduler, runtime]
#   profiles: [baseline, restricted, placement]
#   yieldsTo: [os-conflict]
#   since: 0.1.0
#   remedy: Run the control plane on Linux nodes, and let Windows pods select worker nodes.
#   symptoms:
#     - Pending
#     - FailedScheduling
#     - 'node(s) didn''t match Pod''s node affinity/selector'
#   needs: [component, placement.unusual]
#   fields: [metadata.labels, spec.nodeSelector, spec.affinity.nodeAffinity, spec.runtimeClassName]
#   parameters:
#     components:
#       type: array
#       items: {type: string}
#       description: The values of the label component that mark a pod in kube-system as part of the control plane.
#       default: [etcd, kube-apiserver, kube-controller-manager, kube-scheduler]
package lib.windows.rules.control_plane_pod

import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_metadata_field(sprintf("labels[%s]", [_component_label])),
	"says": "The control plane runs only on Linux, so this pod cannot work on a Windows node. Select Linux nodes.",
	"enforcedBy": "runtime",
})

finding contains result.deny(rego.metadata.chain(), {
	"field": demand.field,
	"says": "No Windows node is a control plane node, so the pod stays Pending. Select worker nodes.",
	"enforcedBy": "scheduler",
	"because": demand.because,
}) if {
	not _component_label
	some demand in placement.control_plane
}

# The label that marks the pod as part of the control plane.
_component_label := "component" if {
	subject.namespace == "kube-system"
	subject.pod_metadata.labels.component in parameters.of(rego.metadata.chain()).components
}
