# METADATA
# title: Resizing a Windows pod in place
# description: |
#   The resources of a running pod are changed through its subresource resize, which only Linux has. The API server
#   refuses it for a pod that declares windows, and the admission plugin PodResize for any pod that is bound to a Windows
#   node. A pod that merely has a selector and waits for its node can still be resized.
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
#     - {version: v1.32, what: a pod that says windows}
#     - {version: v1.36, what: 'a pod on a Windows node, by the admission plugin PodResize'}
#   kinds:
#     - apiGroups: ['']
#       kinds: [Pod]
#   fields: [spec]
package lib.windows.rules.in_place_resize

import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

# The API server names no field: what it refuses is the request.
finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_spec_field,
	"says": "a Windows pod cannot be resized in place; replace it",
	"enforcedBy": "apiserver",
}) if {
	subject.subresource == "resize"
	subject.operation == "UPDATE"
	_refused
}

_refused if os.declared

# What places the pod has placed it, so its node has the label that the plugin looks at.
_refused if {
	subject.bound
	not subject.pod.os.name
	os.selected.os == "windows"
}
