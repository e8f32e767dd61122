# METADATA
# title: In-place resize of a Windows pod
# description: |
#   The resize subresource changes the resources of a running pod, and only Linux supports it. The API server rejects
#   the request for a pod that declares windows. The admission plugin PodResize rejects it for any pod that is bound to
#   a Windows node. A pod that only has a selector can still be resized while it waits for its node.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/#limitations
#     description: Resize CPU and Memory Resources assigned to Containers
# custom:
#   id: in-place-resize
#   category: restrictions
#   severities: [deny]
#   enforcedBy: [apiserver]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Change the resources in the template of the workload, or replace the pod.
#   symptoms:
#     - windows pods cannot be resized
#     - pod resize is only supported on linux nodes
#   enforcedSince:
#     - {version: v1.32, what: a pod with spec.os.name windows}
#     - {version: v1.36, what: 'a pod on a Windows node, by the admission plugin PodResize'}
#   kinds:
#     - apiGroups: ['']
#       kinds: [Pod]
#   fields: [spec]
package lib.windows.rules.in_place_resize

import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

# The API server rejects the request as a whole, so the finding names the whole spec.
finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_spec_field,
	"says": "The API server rejects an in-place resize of a Windows pod. Replace the pod.",
	"enforcedBy": "apiserver",
}) if {
	subject.subresource == "resize"
	subject.operation == "UPDATE"
	_refused
}

_refused if os.declared

# The pod is bound, so its node matches its selector and has the OS label that the plugin reads.
_refused if {
	subject.bound
	not subject.pod.os.name
	os.selected.os == "windows"
}
