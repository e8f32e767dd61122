# METADATA
# title: Pod-level resources of a Windows pod
# description: |
#   A Windows pod has no cgroup of its own, so only its containers can have requests and limits. If spec.os.name is
#   windows, the API server rejects spec.resources, even {}. If Windows is only inferred, the API server accepts the
#   pod. The kubelet on Windows then rejects the pod if spec.resources names cpu, memory or huge pages.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/manage-resources-containers/#pod-level-resource-specification
#     description: Pod-level resource specification
# custom:
#   id: pod-level-resources
#   category: restrictions
#   severities: [deny]
#   enforcedBy: [apiserver, kubelet]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Remove spec.resources, and give each container its own requests and limits.
#   symptoms:
#     - may not be set for a windows pod
#     - pod-level resources are not supported on Windows
#   enforcedSince:
#     - {version: v1.34, what: 'spec.resources of a pod with spec.os.name windows; the feature gate PodLevelResources is on by default'}
#   needs: [resources.unusual]
#   fields: [spec.resources]
package lib.windows.rules.pod_level_resources

import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": "A Windows pod cannot have resources of its own, so the API server rejects the pod. Set them on its containers.",
	"enforcedBy": "apiserver",
	"fix": fix.remove(field),
}) if {
	subject.pod.resources != null
	os.declared
	field := subject.pod_field("resources")
}

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": "A Windows pod cannot have resources of its own, so the kubelet rejects the pod. Set them on its containers.",
	"enforcedBy": "kubelet",
	"fix": fix.remove(field),
}) if {
	_counted_by_the_kubelet
	not os.declared
	field := subject.pod_field("resources")
}

# The same test as IsPodLevelResourcesSet of k8s.io/component-helpers/resource, which the kubelet calls. It reads the names
# and not the amounts, so a request of 0 counts.
_counted_by_the_kubelet if {
	some part in ["requests", "limits"]
	some name, _ in subject.pod.resources[part]
	_supported(name)
}

_supported(name) if name in {"cpu", "memory"}

_supported(name) if startswith(name, "hugepages-")
