# METADATA
# title: A Windows pod that is placed on Windows nodes
# description: |
#   The scheduler does not read spec.os.name, so a pod that only declares windows can land on any node. A Linux
#   kubelet fails the pod, and its controller creates the next one, again and again. The documentation recommends a
#   node selector for kubernetes.io/os. Required affinity, a RuntimeClass, a label of the provider and nodeName place
#   the pod as well.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Ensuring OS-specific workloads land on the appropriate container host
# custom:
#   id: node-selector
#   category: placement
#   severities: [deny, warn]
#   enforcedBy: [scheduler]
#   profiles: [baseline, restricted, placement]
#   yieldsTo: [os-conflict, control-plane-pod]
#   since: 0.1.0
#   remedy: 'Add nodeSelector kubernetes.io/os: windows.'
#   symptoms:
#     - PodOSNotSupported
#     - 'Failed to admit pod as the OS field doesn''t match node OS'
#     - no matching manifest for linux/amd64
#   fields: [spec.nodeSelector, spec.affinity.nodeAffinity, spec.runtimeClassName, spec.nodeName]
package lib.windows.rules.node_selector

import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": _selector,
	"says": "nothing places this pod on Windows nodes; select windows",
	"enforcedBy": "scheduler",
	"fix": fix.set(_selector, "windows"),
}) if {
	os.declared
	_unplaced
	not placement.narrowed
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _selector,
	"says": "nothing places this HostProcess pod on Windows nodes; select windows",
	"enforcedBy": "scheduler",
	"fix": fix.set(_selector, "windows"),
}) if {
	not os.declared
	_unplaced
	not placement.narrowed
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _selector,
	"says": sprintf("%s; select windows", [_open_reason]),
	"enforcedBy": "scheduler",
	"fix": fix.set(_selector, "windows"),
}) if {
	_unplaced
	placement.narrowed
}

_selector := subject.pod_field("nodeSelector[kubernetes.io/os]")

# If the pod is placed on Linux, it contradicts itself, and os-conflict reports it.
_unplaced if {
	os.windows
	not placement.strongest
	not placement.node
	not runtime_classes.unknown
}

default _open_reason := "the pod is placed by something that does not name the OS"

# Why the OS stays open, although something narrows the choice of nodes.
_open_reason := sprintf("required affinity allows linux in term %d", [_linux_terms[0].number]) if {
	_linux_terms[0]
} else := sprintf("no node has this value of %s", [_named_labels[0]]) if {
	_named_labels[0]
}

_linux_terms := [term | some term in placement.terms; "linux" in term.os]

# The OS labels in the selector. No node has their values, because a valid value places the pod.
_named_labels := [label | some label in placement.os_labels; subject.pod.nodeSelector[label]]
