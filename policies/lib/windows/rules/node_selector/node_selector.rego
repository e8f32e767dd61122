# METADATA
# title: A Windows pod that is placed on Windows nodes
# description: |
#   The scheduler does not read spec.os.name, so a pod that only declares windows can land on any node. A Linux
#   kubelet fails the pod, and its controller creates the next one, again and again. The documentation recommends a
#   node selector for kubernetes.io/os. Required affinity, a RuntimeClass, a label of the provider and nodeName place
#   the pod as well. If something else chooses the nodes, such as pod affinity or a device, the finding is a warning. The
#   rule also warns if nothing names an OS and an image or a command is certainly for Windows. On EKS it warns about a pod
#   that is placed without nodeSelector, because the webhooks of EKS read nothing else.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Ensuring OS-specific workloads land on the appropriate container host
#   - ref: https://github.com/aws/amazon-vpc-resource-controller-k8s/blob/master/webhooks/core/pod_webhook.go
#     description: The webhook of EKS that gives Windows pods an address
# custom:
#   id: node-selector
#   category: placement
#   severities: [deny, warn]
#   needs: [placement.unusual]
#   enforcedBy: [scheduler, runtime]
#   profiles: [baseline, restricted, placement]
#   yieldsTo: [os-conflict, control-plane-pod]
#   since: 0.1.0
#   remedy: 'Add nodeSelector kubernetes.io/os: windows.'
#   symptoms:
#     - PodOSNotSupported
#     - 'Failed to admit pod as the OS field doesn''t match node OS'
#     - no matching manifest for linux/amd64
#     - no match for platform in manifest
#     - 'exec format error'
#     - failed to assign an IP address to container
#   appliesBy: [command, image]
#   fields:
#     - spec.nodeSelector
#     - spec.affinity
#     - spec.runtimeClassName
#     - spec.nodeName
#     - spec.{initContainers,containers,ephemeralContainers}[*].image
#     - spec.{initContainers,containers,ephemeralContainers}[*].command
package lib.windows.rules.node_selector

import data.lib.windows.affinity_os
import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.os_labels
import data.lib.windows.placed_otherwise
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.settings
import data.lib.windows.signs
import data.lib.windows.subject

# If nothing names the OS of the pod, only an image or a command can show that the pod is for Windows.
applies if {
	signs.possible
	not os.name
}

finding contains result.deny(rego.metadata.chain(), {
	"field": _selector,
	"says": "Nothing places this pod on Windows nodes, and Linux kubelets refuse it. Select windows.",
	"enforcedBy": "scheduler",
	"fix": fix.set(_selector, "windows"),
}) if {
	os.declared
	_unplaced
	not _otherwise
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _selector,
	"says": "Nothing places this HostProcess pod on Windows nodes, so it can land on Linux nodes and fail. Select windows.",
	"enforcedBy": "scheduler",
	"fix": fix.set(_selector, "windows"),
}) if {
	not os.declared
	_unplaced
	not _otherwise
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _selector,
	"says": sprintf("%s, so the pod can land on Linux nodes and fail. Select windows.", [_otherwise]),
	"enforcedBy": "scheduler",
	"fix": fix.set(_selector, "windows"),
}) if {
	_unplaced
	_otherwise
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _selector,
	"says": "The pod is meant for Windows, but nothing places it there, so it can land on Linux nodes and fail. Select windows.",
	"enforcedBy": "scheduler",
	"because": signs.because,
}) if {
	not os.name
	signs.possible
	not placement.node
	not runtime_classes.unknown
	not placed_otherwise.pooled
	not placed_otherwise.by
	signs.because
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _selector,
	"says": "The webhooks of EKS read only nodeSelector, so the pod gets no IP address. Select windows in nodeSelector.",
	"enforcedBy": "runtime",
	"fix": fix.set(_selector, "windows"),
}) if {
	settings.document.platform == "eks"
	os.windows
	not _unplaced
	not _reaches_webhooks
}

_selector := subject.pod_field("nodeSelector[kubernetes.io/os]")

# If the pod is placed on Linux, it contradicts itself, and os-conflict reports it.
_unplaced if {
	os.windows
	not placement.strongest
	not placement.node
	not runtime_classes.unknown
}

# What narrows the choice of nodes, although the OS stays open; undefined if nothing does.
_otherwise := sprintf("Required affinity allows linux in term %d", [_linux_terms[0].number]) if {
	_linux_terms[0]
} else := "The selectors name no OS" if {
	placement.narrowed
} else := sprintf("Only %s chooses the nodes", [placed_otherwise.by])

# Whether the webhooks of EKS give the pod an address, or the pod needs none. The selector of a RuntimeClass counts, because
# its admission comes first.
_reaches_webhooks if subject.pod.hostNetwork == true

_reaches_webhooks if os.host_process

_reaches_webhooks if runtime_classes.unknown

_reaches_webhooks if {
	some label in os_labels.names
	subject.pod.nodeSelector[label] == "windows"
}

_reaches_webhooks if {
	some label in os_labels.names
	runtime_classes.of_pod.scheduling.nodeSelector[label] == "windows"
}

_linux_terms := [term | some term in affinity_os.terms; "linux" in term.os]
