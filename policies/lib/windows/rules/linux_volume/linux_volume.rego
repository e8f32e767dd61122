# METADATA
# title: Volumes that only Linux supports
# description: |
#   The kubelet on Windows can mount SMB shares and disks, but not NFS, iSCSI or Fibre Channel volumes. A pod with such
#   a volume never starts. A pod that requires a recursive read-only mount never starts either. Windows ignores file
#   modes and bind mount options. The documentation says that subPath is unsupported for Secrets, but the kubelet
#   supports it.
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
#   remedy: Use SMB or a CSI driver that runs on Windows. Remove what Windows ignores.
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
	some type in (object.keys(volume) & _linux_types)
	volume[type] != null
}

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": "no Windows runtime can do it; use IfPossible or remove it",
	"enforcedBy": "kubelet",
	"fix": fix.set(field, "IfPossible"),
}) if {
	some container in containers.of_pod
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
	some container in containers.of_pod
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
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	some name in ["subPath", "subPathExpr"]
	count(mount[name]) > 0
	mount.name in _file_volumes
}

# The types that the kubelet mounts only on Linux, or that it has not supported for years.
_linux_types := {
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

# The names of the volumes in which subPath selects a single file.
_file_volumes contains volume.name if {
	some volume in subject.pod.volumes
	some type in ["secret", "configMap", "projected"]
	volume[type] != null
}

# The paths below the PodSpec of file modes that differ from the default of the API server.
_modes contains sprintf("volumes[%d].%s.defaultMode", [index, type]) if {
	some index, volume in subject.pod.volumes
	some type in ["configMap", "downwardAPI", "projected", "secret"]
	_not_the_default(volume[type].defaultMode)
}

_modes contains sprintf("volumes[%d].%s.items[%d].mode", [index, type, item]) if {
	some index, volume in subject.pod.volumes
	some type in ["configMap", "downwardAPI", "secret"]
	some item, file in volume[type].items
	_not_the_default(file.mode)
}

_modes contains sprintf("volumes[%d].projected.sources[%d].%s.items[%d].mode", [index, place, type, item]) if {
	some index, volume in subject.pod.volumes
	some place, source in volume.projected.sources
	some type in ["configMap", "downwardAPI", "secret"]
	some item, file in source[type].items
	_not_the_default(file.mode)
}

# The API server sets 420, which is 0644.
_not_the_default(mode) if {
	is_number(mode)
	mode != 420
}
