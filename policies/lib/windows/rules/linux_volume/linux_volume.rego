# METADATA
# title: Volumes that only Linux has
# description: |
#   The kubelet mounts SMB shares and disks on Windows and nothing else of the kind: a pod with an NFS, iSCSI or Fibre
#   Channel volume waits for it for ever, as one does for a read-only mount that must be recursive. File modes and the
#   options of bind mounts mean nothing to Windows. Of subPath the documentation says that it is not supported for
#   Secrets; the kubelet supports it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/windows-storage/
#     description: Volume Storage on Windows nodes
# custom:
#   id: linux-volume
#   category: restrictions
#   severities: [deny, warn, note]
#   enforcedBy: [kubelet, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Use SMB or a CSI driver that runs on Windows; remove what Windows ignores.
#   symptoms:
#     - ContainerCreating
#     - FailedMount
#     - only cifs mount is supported now
#   needs: [volumeMounts, volumes]
#   fields:
#     - spec.volumes[*]
#     - spec.volumes[*].{secret,configMap,projected,downwardAPI}.defaultMode
#     - spec.volumes[*].{secret,configMap,downwardAPI}.items[*].mode
#     - spec.volumes[*].projected.sources[*].{secret,configMap,downwardAPI}.items[*].mode
#     - spec.{initContainers,containers,ephemeralContainers}[*].volumeMounts[*].{recursiveReadOnly,bindMountOptions,subPath,subPathExpr}
package lib.windows.rules.linux_volume

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].%s", [index, type])),
	"says": "the kubelet cannot mount it on Windows; use SMB or a CSI driver",
	"enforcedBy": "kubelet",
}) if {
	some index, volume in subject.pod.volumes
	some type in (object.keys(volume) & _types)
	volume[type] != null
}

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": "no Windows runtime can do it; use IfPossible or remove it",
	"enforcedBy": "kubelet",
	"fix": fix.set(field, "IfPossible"),
}) if {
	some container in containers.all
	some index, mount in container.spec.volumeMounts
	mount.recursiveReadOnly == "Enabled"
	field := containers.field(container, sprintf("volumeMounts[%d].recursiveReadOnly", [index]))
}

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": "these options do nothing on Windows; remove them",
	"enforcedBy": "advice",
	"fix": fix.remove(field),
}) if {
	some container in containers.all
	some index, mount in container.spec.volumeMounts
	is_array(mount.bindMountOptions)
	count(mount.bindMountOptions) > 0
	field := containers.field(container, sprintf("volumeMounts[%d].bindMountOptions", [index]))
}

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": "Windows has no file modes and ignores it; remove it",
	"enforcedBy": "advice",
	"fix": fix.remove(field),
}) if {
	some place in _modes
	field := subject.pod_field(place)
}

finding contains result.note(rego.metadata.chain(), {
	"field": containers.field(container, sprintf("volumeMounts[%d].%s", [index, name])),
	"container": container.name,
	"says": "documented as unsupported on Windows, though the kubelet does it",
	"enforcedBy": "advice",
}) if {
	some container in containers.all
	some index, mount in container.spec.volumeMounts
	some name in ["subPath", "subPathExpr"]
	count(mount[name]) > 0
	mount.name in _files
}

# The types whose mounter in the kubelet knows Linux only, or that no kubelet has had for years.
_types := {
	"cephfs",
	"fc",
	"flocker",
	"glusterfs",
	"iscsi",
	"nfs",
	"photonPersistentDisk",
	"quobyte",
	"rbd",
	"scaleIO",
	"storageos",
}

# The volumes of which subPath shows a single file.
_files contains volume.name if {
	some volume in subject.pod.volumes
	some type in ["secret", "configMap", "projected"]
	volume[type] != null
}

# The places below the PodSpec where a mode is set that is not the one which the API server sets by itself.
_modes contains sprintf("volumes[%d].%s.defaultMode", [index, type]) if {
	some index, volume in subject.pod.volumes
	some type in ["configMap", "downwardAPI", "projected", "secret"]
	_changed(volume[type].defaultMode)
}

_modes contains sprintf("volumes[%d].%s.items[%d].mode", [index, type, item]) if {
	some index, volume in subject.pod.volumes
	some type in ["configMap", "downwardAPI", "secret"]
	some item, file in volume[type].items
	_changed(file.mode)
}

_modes contains sprintf("volumes[%d].projected.sources[%d].%s.items[%d].mode", [index, place, type, item]) if {
	some index, volume in subject.pod.volumes
	some place, source in volume.projected.sources
	some type in ["configMap", "downwardAPI", "secret"]
	some item, file in source[type].items
	_changed(file.mode)
}

# 420 is 0644.
_changed(mode) if {
	is_number(mode)
	mode != 420
}
