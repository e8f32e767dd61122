# METADATA
# title: Huge pages
# description: |
#   Windows nodes do not offer huge pages. A pod that requests huge pages, even only in its overhead, stays Pending. The
#   kubelet cannot mount a volume of huge pages. The API server accepts all of these settings. The downward API always
#   reports 0 huge pages.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod-spec-containers
#     description: Field compatibility for container specifications
#   - ref: https://kubernetes.io/docs/tasks/manage-hugepages/scheduling-hugepages/
#     description: Manage HugePages
# custom:
#   id: huge-pages
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [scheduler, kubelet]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Request memory instead, and use an emptyDir without a medium.
#   symptoms:
#     - Pending
#     - FailedScheduling
#     - Insufficient hugepages-2Mi
#     - Insufficient hugepages-1Gi
#     - ContainerCreating
#     - should have at least 2 options
#     - there is no resource request for huge pages
#   needs: [downwardAPI, overhead, resources.unusual, storage.unusual]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].resources.{limits,requests}[hugepages-*]
#     - spec.overhead[hugepages-*]
#     - spec.volumes[*].emptyDir.medium
#     - spec.{initContainers,containers,ephemeralContainers}[*].env[*].valueFrom.resourceFieldRef.resource
#     - spec.volumes[*].downwardAPI.items[*].resourceFieldRef.resource
#     - spec.volumes[*].projected.sources[*].downwardAPI.items[*].resourceFieldRef.resource
package lib.windows.rules.huge_pages

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.quantities
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(container, sprintf("resources.%s[%s]", [list, resource])),
	"container": container.name,
	"says": "Windows nodes do not offer huge pages, so the pod stays Pending. Request memory instead.",
	"enforcedBy": "scheduler",
	"fix": _without(container, resource),
}) if {
	some container in containers.of_pod
	some list in ["limits", "requests"]
	some resource, quantity in container.spec.resources[list]
	startswith(resource, "hugepages-")
	quantities.positive(quantity)
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("overhead[%s]", [resource])),
	"says": "Windows nodes do not offer huge pages, so the pod stays Pending. Remove the entry, in the RuntimeClass too.",
	"enforcedBy": "scheduler",
}) if {
	some resource, quantity in subject.pod.overhead
	startswith(resource, "hugepages-")
	quantities.positive(quantity)
}

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": "Windows has no huge pages, so the kubelet cannot mount the volume. Remove the medium.",
	"enforcedBy": "kubelet",
	"fix": fix.remove(field),
}) if {
	some index, volume in subject.pod.volumes
	regex.match(`^HugePages(-|$)`, volume.emptyDir.medium)
	field := subject.pod_field(sprintf("volumes[%d].emptyDir.medium", [index]))
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, sprintf("env[%d].valueFrom.resourceFieldRef.resource", [index])),
	"container": container.name,
	"says": "Windows has no huge pages, so the value is 0. Remove the reference.",
	"enforcedBy": "kubelet",
}) if {
	some container in containers.of_pod
	some index, variable in container.spec.env
	_refers_to_huge_pages(variable.valueFrom.resourceFieldRef)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].downwardAPI.items[%d].resourceFieldRef.resource", [index, item])),
	"says": "Windows has no huge pages, so the value is 0. Remove the reference.",
	"enforcedBy": "kubelet",
}) if {
	some index, volume in subject.pod.volumes
	some item, file in volume.downwardAPI.items
	_refers_to_huge_pages(file.resourceFieldRef)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf(
		"volumes[%d].projected.sources[%d].downwardAPI.items[%d].resourceFieldRef.resource",
		[index, place, item],
	)),
	"says": "Windows has no huge pages, so the value is 0. Remove the reference.",
	"enforcedBy": "kubelet",
}) if {
	some index, volume in subject.pod.volumes
	some place, source in volume.projected.sources
	some item, file in source.downwardAPI.items
	_refers_to_huge_pages(file.resourceFieldRef)
}

# The API server requires the same huge pages in limits and requests. So both entries go together.
_without(container, resource) := fix.remove_all({path |
	some list in ["limits", "requests"]
	container.spec.resources[list][resource]
	path := containers.field(container, sprintf("resources.%s[%s]", [list, resource]))
})

_refers_to_huge_pages(ref) if {
	is_string(ref.resource)
	strings.any_prefix_match(ref.resource, ["limits.hugepages-", "requests.hugepages-"])
}
