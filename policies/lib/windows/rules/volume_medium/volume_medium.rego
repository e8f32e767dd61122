# METADATA
# title: The medium of an emptyDir
# description: |
#   Windows keeps an emptyDir on disk whatever is asked for: medium Memory silently becomes an ordinary directory, and
#   what must never be written down, secrets above all, is. The API server accepts any other word as well; the kubelet
#   then cannot make the volume, and the pod never starts.
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
#   remedy: Remove the medium; keep secrets in Secret volumes, not in an emptyDir.
#   symptoms:
#     - ContainerCreating
#     - FailedMount
#     - unknown storage medium
#   needs: [emptyDir]
#   fields: ["spec.volumes[*].emptyDir.medium"]
package lib.windows.rules.volume_medium

import data.lib.windows.fix
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": "the kubelet knows no such medium and cannot make the volume; remove it",
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
	"says": "Windows makes an ordinary directory of it, on disk; remove it",
	"enforcedBy": "advice",
	"fix": fix.remove(field),
}) if {
	some index, volume in subject.pod.volumes
	volume.emptyDir.medium == "Memory"
	field := _field(index)
}

# These mediums exist, and are another rule's finding.
_huge_pages := `^HugePages(-|$)`

_field(index) := subject.pod_field(sprintf("volumes[%d].emptyDir.medium", [index]))
