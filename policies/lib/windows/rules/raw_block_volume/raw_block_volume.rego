# METADATA
# title: Raw block devices
# description: |
#   A Windows container can use a volume only as a folder. containerd rejects devices with a path, so a container with
#   volumeDevices never starts. A claim with volumeMode Block is useless, whether it belongs to the pod or to its
#   StatefulSet. The API server accepts both.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/windows-storage/
#     description: Volume Storage on Windows nodes
# custom:
#   id: raw-block-volume
#   category: restrictions
#   severities: [deny]
#   needs: [ephemeral, object.workload, volumeDevices]
#   enforcedBy: [runtime]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Claim the volume with volumeMode Filesystem, and mount it with volumeMounts.
#   symptoms:
#     - 'unexpected ContainerPath …, must be empty'
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
	"says": "Windows containers cannot use block devices, so this container never starts. Use volumeMounts.",
	"enforcedBy": "runtime",
}) if {
	some container in containers.of_pod
	is_array(container.spec.volumeDevices)
	count(container.spec.volumeDevices) > 0
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].ephemeral.volumeClaimTemplate.spec.volumeMode", [index])),
	"says": "Windows containers cannot use block devices, so the pod cannot use this claim. Use Filesystem.",
	"enforcedBy": "runtime",
}) if {
	some index, volume in subject.pod.volumes
	volume.ephemeral.volumeClaimTemplate.spec.volumeMode == "Block"
}

finding contains result.deny(rego.metadata.chain(), {
	"field": sprintf("spec.volumeClaimTemplates[%d].spec.volumeMode", [index]),
	"says": "Windows containers cannot use block devices, so the pod cannot use this claim. Use Filesystem.",
	"enforcedBy": "runtime",
}) if {
	subject.resource.kind == "StatefulSet"
	some index, claim in subject.resource.spec.volumeClaimTemplates
	claim.spec.volumeMode == "Block"
}
