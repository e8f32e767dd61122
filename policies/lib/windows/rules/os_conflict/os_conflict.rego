# METADATA
# title: One OS for everything that places a pod
# description: |
#   The scheduler goes by selector, affinity and RuntimeClass, the kubelet by spec.os.name and by the pod's own label
#   kubernetes.io/os. Where they name different OSes the pod either finds no node or is refused by the one it lands on.
#   A selector that contradicts the one of the RuntimeClass, by whatever label, is rejected when the pod is created.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Ensuring OS-specific workloads land on the appropriate container host
#   - ref: https://kubernetes.io/docs/concepts/containers/runtime-class/#scheduling
#     description: Runtime Class scheduling
# custom:
#   id: os-conflict
#   category: placement
#   severities: [deny]
#   enforcedBy: [apiserver, scheduler, kubelet]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   remedy: Let spec.os.name, nodeSelector, required affinity, the RuntimeClass and the label kubernetes.io/os name the same OS.
#   symptoms:
#     - Pending
#     - FailedScheduling
#     - 'node(s) didn''t match Pod''s node affinity/selector'
#     - PodOSNotSupported
#     - PodOSSelectorNodeLabelDoesNotMatch
#     - 'Failed to admit pod as the `kubernetes.io/os` label doesn''t match node label'
#     - 'conflict: runtimeClass.scheduling.nodeSelector'
#   needs: [affinity, labels, nodeSelector, runtimeClassName]
#   appliesBy: [affinity, labels, nodeSelector, runtimeClassName]
#   fields: [spec.os.name, spec.nodeSelector, spec.affinity.nodeAffinity, spec.runtimeClassName, metadata.labels]
package lib.windows.rules.os_conflict

import data.lib.windows.node_affinity
import data.lib.windows.os
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# Of pods that are not for Windows only those that something sends there.
applies if {
	os.name == "linux"
	"windows" in placement.named_os
}

applies if {
	os.name == "linux"
	subject.pod_metadata.labels["kubernetes.io/os"] == "windows"
}

finding contains result.deny(rego.metadata.chain(), {
	"field": _dissent.field,
	"says": sprintf("%s, but %s; make them agree", [_dissent.says, _claim]),
	"enforcedBy": _refuser,
})

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("nodeSelector[%s]", [label])),
	"says": "the RuntimeClass selects another value, so the pod is rejected; make them agree",
	"enforcedBy": "apiserver",
	"because": sprintf("RuntimeClass %s selects %s %v", [subject.pod.runtimeClassName, label, value]),
}) if {
	some label, value in _rejected
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_metadata_field("labels[kubernetes.io/os]"),
	"says": sprintf("the kubelet refuses the pod where this is not %s, its OS; correct the label", [os.name]),
	"enforcedBy": "kubelet",
}) if {
	_labelled_otherwise
	not _dissent
	not _rejected_os
}

# The first source that contradicts what the pod is for: one mistake is one finding.
_dissent := {"field": _others[0].field, "says": sprintf("selects %s", [_others[0].os])} if {
	placement.named_os - {os.name} != set()
	_others[0]
} else := {"field": node_affinity.field, "says": sprintf("allows no %s node", [os.name])} if {
	not os.name in placement.affinity_os
}

_others := [statement |
	some statement in placement.statements
	statement.os != os.name
	statement.by != "affinity"
	not statement.label in object.keys(_rejected) # which is said for itself
]

# What the pod is for, in words that need no name from the manifest.
_claim := sprintf("spec.os.name is %s", [subject.pod.os.name]) if {
	subject.pod.os.name == os.name
} else := sprintf("required affinity allows only %s", [placement.statements[0].os]) if {
	placement.statements[0].by == "affinity"
} else := sprintf("%s %s says %s", [statement.by, statement.label, statement.os]) if {
	statement := placement.statements[0]
} else := "the pod is a HostProcess pod"

# Sources that contradict each other leave no node; those that agree send the pod to one that refuses it.
default _refuser := "kubelet"

_refuser := "scheduler" if count(placement.os) == 0

# What the RuntimeClass selects otherwise than the pod, by label (k8s.io/kubernetes/plugin/pkg/admission/runtimeclass).
_rejected := {label: value |
	some label, value in runtime_classes.of_pod.scheduling.nodeSelector
	subject.pod.nodeSelector[label] != value
}

_rejected_os if {
	some label in placement.os_labels
	label in object.keys(_rejected)
}

# The kubelet compares the label of the pod with that of its node (k8s.io/kubernetes/pkg/kubelet/lifecycle).
_labelled_otherwise if subject.pod_metadata.labels["kubernetes.io/os"] != os.name
