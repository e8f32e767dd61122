# METADATA
# title: Dynamic resource claims in Windows pods
# description: |
#   The kubelet on Windows does not support dynamic resource allocation and does not prepare claims. Even if a node has
#   the device, a container that uses a claim starts without it. Windows containers get devices only from device
#   plugins.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/
#     description: Dynamic Resource Allocation
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/cm/container_manager_windows.go
#     description: The container manager of the Windows kubelet
# custom:
#   id: dynamic-resource-claim
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [kubelet]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Request the device in the container's limits, by the resource name of its device plugin.
#   needs: [resourceClaims]
#   fields: [spec.resourceClaims]
package lib.windows.rules.dynamic_resource_claim

import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field("resourceClaims"),
	"says": "The kubelet on Windows does not prepare claims, so the device is missing. Request a device plugin's resource.",
	"enforcedBy": "kubelet",
}) if {
	is_array(subject.pod.resourceClaims)
	count(subject.pod.resourceClaims) > 0
}
