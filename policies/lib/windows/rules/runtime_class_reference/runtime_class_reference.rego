# METADATA
# title: The RuntimeClass that a pod names
# description: |
#   A RuntimeClass adds its selector to each pod that names it. The API server refuses a pod whose class does not exist,
#   though it takes the Deployment whose pods these are; and a class of the other OS sends the pod where it cannot run.
#   Whether a class exists is known only where the configuration says that its list is complete. Anywhere else a class
#   that is not known is not judged, and the report says so.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/containers/runtime-class/
#     description: Runtime Class
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#handling-multiple-windows-versions-in-the-same-cluster
#     description: Handling multiple Windows versions in the same cluster
# custom:
#   id: runtime-class-reference
#   category: placement
#   severities: [deny]
#   yieldsTo: [os-conflict]
#   enforcedBy: [apiserver, scheduler]
#   profiles: [baseline, placement]
#   since: 0.1.0
#   remedy: Name a RuntimeClass of the cluster that selects the pod's own OS, or list it under runtimeClasses.classes.
#   symptoms:
#     - 'pod rejected: RuntimeClass'
#     - 'conflict: runtimeClass.scheduling.nodeSelector'
#   fields: [spec.runtimeClassName]
#   inventory:
#     - groups: [node.k8s.io]
#       versions: [v1]
#       kinds: [RuntimeClass]
package lib.windows.rules.runtime_class_reference

import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# A pod that only its class would show to be for Windows is not known to be, where the class does not exist.
applies if _missing

applies if _contradicted

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field("runtimeClassName"),
	"says": "the cluster has no such RuntimeClass, and the API server refuses its pods; name one that exists",
	"enforcedBy": "apiserver",
	"because": "runtimeClasses.complete is true",
}) if {
	_missing
}

# Of a class that the configuration knows, os-conflict says this.
finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field("runtimeClassName"),
	"says": sprintf("this class selects %s, and the pod is for the other OS; name a class of its own", [_class_os]),
	"enforcedBy": "scheduler",
}) if {
	_contradicted
}

unverified contains result.unverified(rego.metadata.chain(), {
	"field": subject.pod_field("runtimeClassName"),
	"says": "this RuntimeClass is not known, nor where it places the pod; give its manifest or list it under runtimeClasses",
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

_class_os := os.selector_os(runtime_classes.of_pod.scheduling.nodeSelector)
