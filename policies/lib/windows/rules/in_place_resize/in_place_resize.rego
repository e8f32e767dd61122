# METADATA
# title: In-place resize of a Windows pod
# description: |
#   The resize subresource changes the resources of a running pod, and only Linux supports it. The API server rejects
#   the request for a pod that declares windows. Since Kubernetes 1.36 the admission plugin PodResizeValidator rejects it for any
#   pod that is bound to a Windows node; in 1.35 the kubelet refuses the resize. A pod that only has a selector can still
#   be resized while it waits for its node.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/resize-container-resources/#limitations
#     description: Resize CPU and Memory Resources assigned to Containers
# custom:
#   id: in-place-resize
#   category: restrictions
#   severities: [deny]
#   needs: [request.subresource]
#   enforcedBy: [apiserver, kubelet]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Change the resources in the template of the workload, or replace the pod.
#   symptoms:
#     - windows pods cannot be resized
#     - pod resize is only supported on linux nodes
#     - In-place pod resize is not supported on Windows
#   enforcedSince:
#     - {version: v1.32, what: a pod with spec.os.name windows}
#     - {version: v1.36, what: 'a pod on a Windows node, by the admission plugin PodResizeValidator'}
#   kinds:
#     - apiGroups: ['']
#       kinds: [Pod]
#   fields: [spec]
package lib.windows.rules.in_place_resize

import data.lib.windows.kubernetes
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

# The API server rejects the request as a whole, so the finding names the whole spec.
finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_spec_field,
	"says": "The API server rejects an in-place resize of a Windows pod. Replace the pod.",
	"enforcedBy": "apiserver",
}) if {
	_resized
	_refused
}

# Source: Kubernetes 1.35.4, pkg/kubelet/allocation/features_windows.go:25
finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_spec_field,
	"says": "The kubelet on Windows never resizes a pod, so the resize stays Infeasible. Replace the pod.",
	"enforcedBy": "kubelet",
}) if {
	_resized
	_on_windows
	not kubernetes.some_from("1.36")
}

_resized if {
	subject.subresource == "resize"
	subject.operation == "UPDATE"
}

_refused if os.declared

_refused if {
	_on_windows
	kubernetes.some_from("1.36")
}

# The pod is bound, so its node matches its selector and has the OS label that the plugin reads.
_on_windows if {
	subject.bound
	not subject.pod.os.name
	os.selected.os == "windows"
}
