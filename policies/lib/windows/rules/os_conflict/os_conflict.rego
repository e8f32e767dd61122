# METADATA
# title: One OS for everything that places a pod
# description: |
#   The scheduler reads the selector, the affinity and the RuntimeClass. The kubelet reads spec.os.name and the pod's
#   label kubernetes.io/os. If these name different OSes, the pod finds no node, or the kubelet refuses it. If the
#   selector contradicts the selector of the RuntimeClass in any label, the API server rejects the pod. Kubelets set the
#   OS labels in lower case, so a selector with another spelling matches no node. Another word can match the node of a
#   virtual kubelet.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Ensuring OS-specific workloads land on the appropriate container host
#   - ref: https://kubernetes.io/docs/concepts/containers/runtime-class/#scheduling
#     description: Runtime Class scheduling
# custom:
#   id: os-conflict
#   category: placement
#   severities: [deny, warn]
#   enforcedBy: [apiserver, scheduler, kubelet]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   remedy: Let spec.os.name, nodeSelector, required affinity, the RuntimeClass and the label kubernetes.io/os name the same OS, in lower case.
#   symptoms:
#     - Pending
#     - FailedScheduling
#     - 'node(s) didn''t match Pod''s node affinity/selector'
#     - PodOSNotSupported
#     - PodOSSelectorNodeLabelDoesNotMatch
#     - 'Failed to admit pod as the `kubernetes.io/os` label doesn''t match node label'
#     - 'conflict: runtimeClass.scheduling.nodeSelector'
#   needs: [metadata.telling, placement.unusual]
#   appliesBy: [affinity, labels, nodeSelector, runtimeClassName]
#   fields: [spec.os.name, spec.nodeSelector, spec.affinity.nodeAffinity, spec.runtimeClassName, metadata.labels]
package lib.windows.rules.os_conflict

import data.lib.windows.affinity_os
import data.lib.windows.fix
import data.lib.windows.node_affinity
import data.lib.windows.os
import data.lib.windows.os_labels
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# If the pod is not for Windows, the rule judges it only if something sends it to Windows nodes, or to none.
applies if count(os_labels.strange) > 0

applies if {
	os.name == "linux"
	"windows" in placement.named_os
}

applies if {
	os.name == "linux"
	subject.pod_metadata.labels["kubernetes.io/os"] == "windows"
}

finding contains result.deny(rego.metadata.chain(), {
	"field": _contradiction.field,
	"says": sprintf("%s, but %s, so the pod cannot run. Use one OS.", [_contradiction.says, _evidence]),
	"enforcedBy": _enforcer,
})

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("nodeSelector[%s]", [label])),
	"says": "The RuntimeClass selects another value, so the API server rejects the pod. Select the same value.",
	"enforcedBy": "apiserver",
	"because": sprintf("RuntimeClass %s selects %s %v", [subject.pod.runtimeClassName, label, value]),
}) if {
	some label, value in _rejected
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_metadata_field("labels[kubernetes.io/os]"),
	"says": sprintf("This label differs from the OS of the pod, %s, so the kubelet refuses the pod. Correct the label.", [os.name]),
	"enforcedBy": "kubelet",
}) if {
	_labelled_otherwise
	not _contradiction
	not _rejected_os
}

finding contains result.deny(rego.metadata.chain(), object.union(_respelled(found), {
	"field": found.field,
	"says": sprintf("%s, so the pod finds no %s node. Write %s in lower case.", [_says(found.by), found.meant, found.meant]),
	"enforcedBy": "scheduler",
})) if {
	some found in _blocking
}

finding contains result.warn(rego.metadata.chain(), object.union(_respelled(found), {
	"field": found.field,
	"says": sprintf("No node has this spelling, so the value %s no node. Write %s in lower case.", [
		{"In": "selects", "NotIn": "excludes"}[found.operator],
		found.meant,
	]),
	"enforcedBy": "scheduler",
})) if {
	some found in (os_labels.strange - _blocking)
	found.meant != ""
}

finding contains result.warn(rego.metadata.chain(), {
	"field": found.field,
	"says": "Kubelets set only linux or windows, so only a virtual node can have this value. Use windows or linux.",
	"enforcedBy": "scheduler",
}) if {
	some found in os_labels.strange
	found.meant == ""
	os_labels.can_be(found.value)
}

# The first source that contradicts the OS of the pod. There is only one, because one mistake is one finding.
_contradiction := {"field": _contrary[0].field, "says": sprintf("This selects %s", [_contrary[0].os])} if {
	placement.named_os - {os.name} != set()
	_contrary[0]
} else := {"field": node_affinity.field, "says": sprintf("This allows no %s node", [os.name])} if {
	not os.name in affinity_os.allowed
	not _affinity_spelled
}

_contrary := [statement |
	some statement in placement.statements
	statement.os != os.name
	statement.by != "affinity"
	not statement.label in object.keys(_rejected) # the finding on the RuntimeClass reports these
	not [statement.by, statement.label] in _misspelled # and the finding on the spelling these
]

# The values whose spelling leaves no node for the pod.
_blocking contains found if {
	some found in os_labels.strange
	found.meant != ""
	found.operator == "In"
	_blocks(found)
}

_blocks(found) if found.by != "affinity"

_blocks(_) if count(affinity_os.allowed) == 0

_blocks(found) if {
	found.meant == os.name
	not os.name in affinity_os.allowed
}

# Whether the finding on the spelling, or on another word, says why the affinity allows no node of the pod's OS.
_affinity_spelled if {
	some found in _blocking
	found.by == "affinity"
}

_affinity_spelled if {
	some found in os_labels.strange
	[found.by, found.meant] == ["affinity", ""]
}

_misspelled contains [found.by, found.label] if some found in _blocking

_says("RuntimeClass") := "The RuntimeClass selects a spelling that no node has"

_says(by) := "No node has this spelling" if by != "RuntimeClass"

# A fix changes only this object, and the RuntimeClass is another one. If the pod is for the other OS, or a term of
# its affinity is, the spelling is not the only mistake. The deprecated label needs another name too.
_respelled(found) := {"fix": fix.set(found.field, found.meant)} if {
	found.by != "RuntimeClass"
	found.label == "kubernetes.io/os"
	not _of_other_os(found)
} else := {}

_of_other_os(found) if {
	found.operator == "In"
	os.name != found.meant
}

_of_other_os(found) if {
	found in _blocking
	found.by == "affinity"
	count(affinity_os.allowed) > 0
}

default _evidence := "the pod is a HostProcess pod"

# The evidence for the OS of the pod, without names from the manifest, because these can be of any length.
_evidence := sprintf("spec.os.name is %s", [subject.pod.os.name]) if {
	subject.pod.os.name == os.name
} else := sprintf("required affinity allows only %s", [placement.statements[0].os]) if {
	placement.statements[0].by == "affinity"
} else := sprintf("%s %s says %s", [statement.by, statement.label, statement.os]) if {
	statement := placement.statements[0]
}

# If the sources contradict each other, no node is left. If they agree, they send the pod to a kubelet that refuses it.
default _enforcer := "kubelet"

_enforcer := "scheduler" if count(placement.os) == 0

# The labels for which the RuntimeClass selects another value than the pod, with the value of the RuntimeClass
# (k8s.io/kubernetes/plugin/pkg/admission/runtimeclass).
_rejected[label] := value if {
	some label, value in runtime_classes.of_pod.scheduling.nodeSelector
	subject.pod.nodeSelector[label] != value
	not _differs_in_case(label, value)
}

# A difference in case is a finding on the spelling.
_differs_in_case(label, value) if {
	label in os_labels.names
	os_labels.meant(value) == os_labels.meant(subject.pod.nodeSelector[label])
}

_rejected_os if {
	some label in os_labels.names
	label in object.keys(_rejected)
}

# The kubelet compares the label of the pod with that of its node (k8s.io/kubernetes/pkg/kubelet/lifecycle).
_labelled_otherwise if subject.pod_metadata.labels["kubernetes.io/os"] != os.name
