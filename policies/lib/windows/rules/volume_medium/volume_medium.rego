# METADATA
# title: The medium of an emptyDir
# description: |
#   Windows keeps an emptyDir on disk, whatever its medium is. A volume with medium Memory becomes an ordinary
#   directory, so secrets in it are written to disk. The API server accepts any other medium too. The kubelet then
#   cannot create the volume, and the pod never starts.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/windows-storage/
#     description: Volume Storage on Windows nodes
# custom:
#   id: volume-medium
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [kubelet, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Remove the medium, and keep secrets in Secret volumes, not in an emptyDir.
#   symptoms:
#     - ContainerCreating
#     - FailedMount
#     - unknown storage medium
#   needs: [storage.unusual]
#   fields: ["spec.volumes[*].emptyDir.medium"]
package lib.windows.rules.volume_medium

import data.lib.windows.fix
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": "The kubelet does not know this medium, so the pod never starts. Remove the medium.",
	"enforcedBy": "kubelet",
	"fix": fix.remove(field),
}) if {
	some index, volume in subject.pod.volumes
	medium := volume.emptyDir.medium
	is_string(medium)
	not medium in {"", "Memory"}
	not regex.match(_huge_pages, medium)
	field := _field(index)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": "Windows ignores this medium and keeps the volume on disk. Remove the medium.",
	"enforcedBy": "advice",
	"fix": fix.remove(field),
}) if {
	some index, volume in subject.pod.volumes
	volume.emptyDir.medium == "Memory"
	field := _field(index)
}

# The rule huge-pages judges these mediums.
_huge_pages := `^HugePages(-|$)`

_field(index) := subject.pod_field(sprintf("volumes[%d].emptyDir.medium", [index]))
