# METADATA
# title: Resources of the pod as a whole
# description: |
#   A Windows pod has no cgroup of its own, so requests and limits are its containers' alone. The API server refuses
#   spec.resources, even {}, once spec.os.name is windows. Where Windows is merely inferred it accepts the pod, and the
#   kubelet of a Windows node does not admit it when a request or limit of cpu, memory or huge pages stands there.
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
#   remedy: Remove spec.resources and give each container its own requests and limits.
#   symptoms:
#     - may not be set for a windows pod
#     - pod-level resources are not supported on Windows
#   enforcedSince:
#     - {version: v1.34, what: 'spec.resources of a pod that says windows; the feature gate PodLevelResources is on by default'}
#   needs: [resources]
#   fields: [spec.resources]
package lib.windows.rules.pod_level_resources

import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": "a Windows pod has none, the API server refuses them; set them on its containers",
	"enforcedBy": "apiserver",
	"fix": fix.remove(field),
}) if {
	subject.pod.resources != null
	os.declared
	field := subject.pod_field("resources")
}

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": "a Windows pod has none, the kubelet does not admit it; set them on its containers",
	"enforcedBy": "kubelet",
	"fix": fix.remove(field),
}) if {
	_counted_by_the_kubelet
	not os.declared
	field := subject.pod_field("resources")
}

# What the kubelet takes for resources of the pod: IsPodLevelResourcesSet of k8s.io/component-helpers/resource. It goes
# by the names and not by the amounts, so a request of 0 is one.
_counted_by_the_kubelet if {
	some part in ["requests", "limits"]
	some name, _ in subject.pod.resources[part]
	_supported(name)
}

_supported(name) if name in {"cpu", "memory"}

_supported(name) if startswith(name, "hugepages-")
