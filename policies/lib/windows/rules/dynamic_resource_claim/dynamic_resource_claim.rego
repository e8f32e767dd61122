# METADATA
# title: Dynamic resource claims of a Windows pod
# description: |
#   The kubelet of a Windows node has no part in dynamic resource allocation: it prepares no claim, and a container that
#   uses one starts without the device, if any node has the device at all. Devices reach Windows containers by device
#   plugins only.
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
#   remedy: Ask for the device by the resource name of its device plugin, in the container's limits.
#   needs: [resourceClaims]
#   fields: [spec.resourceClaims]
package lib.windows.rules.dynamic_resource_claim

import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field("resourceClaims"),
	"says": "the kubelet on Windows prepares no claims; use a device plugin's resource instead",
	"enforcedBy": "kubelet",
}) if {
	is_array(subject.pod.resourceClaims)
	count(subject.pod.resourceClaims) > 0
}
