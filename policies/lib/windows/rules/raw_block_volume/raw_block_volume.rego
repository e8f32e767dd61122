# METADATA
# title: Raw block devices
# description: |
#   A volume reaches a Windows container as a folder only: containerd refuses a device with a path, so a container with
#   volumeDevices is never made, and a claim with volumeMode Block, of the pod's or the StatefulSet's own, serves no other
#   end. The API server accepts both.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/windows-storage/
#     description: Volume Storage on Windows nodes
# custom:
#   id: raw-block-volume
#   category: restrictions
#   severities: [deny]
#   enforcedBy: [runtime]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Claim the volume with volumeMode Filesystem, and mount it with volumeMounts.
#   symptoms:
#     - CreateContainerError
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].volumeDevices
#     - spec.volumes[*].ephemeral.volumeClaimTemplate.spec.volumeMode
#     - spec.volumeClaimTemplates[*].spec.volumeMode
package lib.windows.rules.raw_block_volume

import data.lib.windows.containers
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(container, "volumeDevices"),
	"container": container.name,
	"says": "Windows containers take no block devices; use volumeMounts",
	"enforcedBy": "runtime",
}) if {
	some container in containers.all
	is_array(container.spec.volumeDevices)
	count(container.spec.volumeDevices) > 0
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].ephemeral.volumeClaimTemplate.spec.volumeMode", [index])),
	"says": "Windows containers take no block devices; use Filesystem",
	"enforcedBy": "runtime",
}) if {
	some index, volume in subject.pod.volumes
	volume.ephemeral.volumeClaimTemplate.spec.volumeMode == "Block"
}

finding contains result.deny(rego.metadata.chain(), {
	"field": sprintf("spec.volumeClaimTemplates[%d].spec.volumeMode", [index]),
	"says": "Windows containers take no block devices; use Filesystem",
	"enforcedBy": "runtime",
}) if {
	subject.resource.kind == "StatefulSet"
	some index, claim in subject.resource.spec.volumeClaimTemplates
	claim.spec.volumeMode == "Block"
}
