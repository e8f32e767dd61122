# METADATA
# title: The RuntimeClass that a pod names
# description: |
#   A RuntimeClass adds its selector to each pod that names it. If the class does not exist, the API server rejects
#   the pod, although it accepts the Deployment that creates the pod. If the class is for the other OS, it sends the
#   pod to nodes that cannot run it. If the class spells the OS in another case, it sends the pod to no node. The rule
#   knows that a class is missing only if the configuration says that its list is complete. Otherwise the rule does
#   not judge an unknown class, and the report says so.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/containers/runtime-class/
#     description: Runtime Class
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#handling-multiple-windows-versions-in-the-same-cluster
#     description: Handling multiple Windows versions in the same cluster
# custom:
#   id: runtime-class-reference
#   category: placement
#   severities: [deny]
#   needs: [runtimeClassName]
#   yieldsTo: [os-conflict]
#   enforcedBy: [apiserver, scheduler]
#   profiles: [baseline, placement]
#   since: 0.1.0
#   remedy: Name a RuntimeClass of the cluster that selects the pod's own OS, or list the class under runtimeClasses.classes.
#   symptoms:
#     - 'pod rejected: RuntimeClass'
#     - 'conflict: runtimeClass.scheduling.nodeSelector'
#   fields: [spec.runtimeClassName]
#   inventory:
#     - groups: [node.k8s.io]
#       versions: [v1]
#       kinds: [RuntimeClass]
#       fields: [handler, scheduling]
package lib.windows.rules.runtime_class_reference

import data.lib.windows.os
import data.lib.windows.os_labels
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# If the class does not exist, nothing may show that the pod is for Windows.
applies if _missing

applies if _contradicted

applies if count(_strange) > 0

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field("runtimeClassName"),
	"says": "The cluster does not have this RuntimeClass, so the API server rejects the pod. Name a RuntimeClass that exists.",
	"enforcedBy": "apiserver",
	"because": "runtimeClasses.complete is true",
}) if {
	_missing
}

# If the configuration knows the class, os-conflict reports the contradiction.
finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field("runtimeClassName"),
	"says": sprintf("The RuntimeClass selects %s nodes, which cannot run this pod. Name a class for the OS of the pod.", [_class_os]),
	"enforcedBy": "scheduler",
}) if {
	_contradicted
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field("runtimeClassName"),
	"says": sprintf("The RuntimeClass selects a spelling that no node has, so the pod stays Pending. Write %s in the class.", [found.meant]),
	"enforcedBy": "scheduler",
}) if {
	some found in _strange
}

unverified contains result.unverified(rego.metadata.chain(), {
	"field": subject.pod_field("runtimeClassName"),
	"says": "This RuntimeClass is unknown, so its selector is unknown too. Add its manifest, or list it under runtimeClasses.",
	"enforcedBy": "apiserver",
}) if {
	runtime_classes.unknown
	not runtime_classes.complete
}

_missing if {
	runtime_classes.complete
	runtime_classes.unknown
}

_contradicted if {
	subject.pod.runtimeClassName
	not runtime_classes.configured
	_class_os != os.evidence.os
}

# The OS labels of a class of the inventory whose spelling no node has. os-conflict reports those of the configuration.
_strange contains found if {
	not runtime_classes.configured
	some found in os_labels.strange_in(runtime_classes.of_pod.scheduling.nodeSelector)
	found.meant != ""
}

_class_os := os.selector_os(runtime_classes.of_pod.scheduling.nodeSelector)
