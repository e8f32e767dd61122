# METADATA
# title: A Windows pod that is placed on Windows nodes
# description: |
#   The scheduler does not read spec.os.name. A pod that only says windows lands on any node; a Linux kubelet fails it
#   and its controller makes the next one, again and again. A node selector for kubernetes.io/os is what the
#   documentation recommends; required affinity, a RuntimeClass, a provider's own label and nodeName place it as well.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Ensuring OS-specific workloads land on the appropriate container host
# custom:
#   id: node-selector
#   category: placement
#   severities: [deny, warn]
#   enforcedBy: [scheduler]
#   bundles: [windows-baseline, windows-restricted, windows-placement]
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
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": "nothing places this pod on Windows nodes; select windows",
	"enforcedBy": "scheduler",
	"fix": fix.set(field, "windows"),
}) if {
	os.declared
	_unplaced
	not _narrowed
	field := _selector
}

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": "nothing places this HostProcess pod on Windows nodes; select windows",
	"enforcedBy": "scheduler",
	"fix": fix.set(field, "windows"),
}) if {
	not os.declared
	_unplaced
	not _narrowed
	field := _selector
}

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": "the pod is placed by something that does not name the OS; select windows",
	"enforcedBy": "scheduler",
	"fix": fix.set(field, "windows"),
}) if {
	_unplaced
	_narrowed
	field := _selector
}

_selector := subject.pod_field("nodeSelector[kubernetes.io/os]")

# A pod that is placed on linux contradicts itself, which is another rule's finding.
_unplaced if {
	os.windows
	not os.selected
	not _provider_label
	not subject.bound
	not runtime_classes.unknown
}

# The pod goes to some nodes and not to others, by a rule of its own.
_narrowed if count(subject.pod.nodeSelector) > 0

_narrowed if count(_required_affinity.nodeSelectorTerms) > 0

_required_affinity := subject.pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution

_provider_label if {
	some label, prefixes in _provider_labels
	strings.any_prefix_match(lower(subject.pod.nodeSelector[label]), prefixes)
}

# The labels by which providers name the OS of a node, with the values (or how they begin) that mean Windows.
_provider_labels := {
	"cloud.google.com/gke-os-distribution": ["windows"],
	"kubernetes.azure.com/os-sku": ["windows"],
	"kubernetes.azure.com/os-type": ["windows"],
}
