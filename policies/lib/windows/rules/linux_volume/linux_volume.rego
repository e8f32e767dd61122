# METADATA
# title: Volumes that only Linux supports
# description: |
#   The kubelet on Windows can mount SMB shares and disks, but not NFS, iSCSI or Fibre Channel volumes. A pod with such
#   a volume never starts. A pod that requires a recursive read-only mount never starts either. No runtime on Windows
#   mounts an image as a volume yet. Windows ignores file modes, the users of files, and bind mount options. A mode that
#   keeps others from reading a file is a warning, and any other mode is a note. With bind mount options, the scheduler
#   also avoids every node whose runtime does not declare them. The documentation says that subPath is unsupported for
#   Secrets, but the kubelet supports it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/windows-storage/
#     description: Volume Storage on Windows nodes
#   - ref: https://github.com/containerd/containerd/issues/11903
#     description: Windows support for image volumes in containerd
# custom:
#   id: linux-volume
#   category: restrictions
#   severities: [deny, warn, note]
#   enforcedBy: [kubelet, runtime, scheduler, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Use SMB or a CSI driver that runs on Windows. Remove what Windows ignores.
#   symptoms:
#     - ContainerCreating
#     - FailedMount
#     - should have at least 2 options
#   needs: [storage.unusual]
#   fields:
#     - spec.volumes[*]
#     - spec.volumes[*].{secret,configMap,projected,downwardAPI}.{defaultMode,defaultUser}
#     - spec.volumes[*].{secret,configMap,downwardAPI}.items[*].{mode,user}
#     - spec.volumes[*].projected.sources[*].{secret,configMap,downwardAPI}.items[*].{mode,user}
#     - spec.volumes[*].projected.sources[*].{serviceAccountToken,clusterTrustBundle,podCertificate}.user
#     - spec.volumes[*].emptyDir.mode
#     - spec.volumes[*].image
#     - spec.{initContainers,containers,ephemeralContainers}[*].volumeMounts[*].{recursiveReadOnly,bindMountOptions,subPath,subPathExpr}
package lib.windows.rules.linux_volume

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].%s", [index, type])),
	"says": "The kubelet on Windows cannot mount this volume, so the pod never starts. Use SMB or a CSI driver.",
	"enforcedBy": "kubelet",
}) if {
	some index, volume in subject.pod.volumes
	some type in (object.keys(volume) & _linux_types)
	volume[type] != null
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].image", [index])),
	"says": "No runtime on Windows mounts an image as a volume, so the pod does not start. Copy the files into the image.",
	"enforcedBy": "runtime",
}) if {
	some index, volume in subject.pod.volumes
	volume.image != null
}

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": "No Windows runtime can do this, so the container does not start. Use IfPossible.",
	"enforcedBy": "kubelet",
	"fix": fix.set(field, "IfPossible"),
}) if {
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	mount.recursiveReadOnly == "Enabled"
	field := containers.field(container, sprintf("volumeMounts[%d].recursiveReadOnly", [index]))
}

# k8s.io/component-helpers/nodedeclaredfeatures/features/volumebindmountoptions/feature.go, v0.37.2.
finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": "Windows ignores these, and the scheduler avoids nodes that lack them. Remove the field.",
	"enforcedBy": "scheduler",
	"fix": fix.remove(field),
}) if {
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	is_array(mount.bindMountOptions)
	count(mount.bindMountOptions) > 0
	field := containers.field(container, sprintf("volumeMounts[%d].bindMountOptions", [index]))
}

finding contains result.warn(rego.metadata.chain(), {
	"field": found.field,
	"says": "Windows has no file modes, so it ignores this one and protects nothing. Remove the field.",
	"enforcedBy": "advice",
	"fix": fix.remove(found.field),
}) if {
	some found in _modes
	_hides(found.mode)
}

finding contains result.note(rego.metadata.chain(), {
	"field": found.field,
	"says": "Windows has no file modes, so this has no effect. Remove the field.",
	"enforcedBy": "advice",
	"fix": fix.remove(found.field),
}) if {
	some found in _modes
	not _hides(found.mode)
}

finding contains result.note(rego.metadata.chain(), {
	"field": field,
	"says": "Files on Windows have no numeric owner, so this has no effect. Remove the field.",
	"enforcedBy": "advice",
	"fix": fix.remove(field),
}) if {
	some file in _files
	file.of[_user[file.level]] != null
	field := subject.pod_field(concat(".", [file.at, _user[file.level]]))
}

finding contains result.note(rego.metadata.chain(), {
	"field": field,
	"says": "Windows has no file modes, so this has no effect. Remove the field.",
	"enforcedBy": "advice",
	"fix": fix.remove(field),
}) if {
	some index, volume in subject.pod.volumes
	volume.emptyDir.mode != null
	field := subject.pod_field(sprintf("volumes[%d].emptyDir.mode", [index]))
}

finding contains result.note(rego.metadata.chain(), {
	"field": containers.field(container, sprintf("volumeMounts[%d].%s", [index, name])),
	"container": container.name,
	"says": "The documentation says that Windows does not support this. The kubelet does. Test the mount.",
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

# The fields for the mode and the user of files: the defaults of a volume, and those of a file.
_mode := {"volume": "defaultMode", "file": "mode"}

_user := {"volume": "defaultUser", "file": "user"}

# The modes of files that the manifest chooses: a set of {"field", "mode"}. The API server sets 420, which is 0644.
_modes contains {"field": subject.pod_field(concat(".", [file.at, _mode[file.level]])), "mode": mode} if {
	some file in _files
	mode := file.of[_mode[file.level]]
	is_number(mode)
	mode != 420
}

# Whether a mode keeps other users from reading the file. Any other mode, such as that of a script, protects nothing.
_hides(mode) if floor(mode / 4) % 2 == 0

# All places that can set the mode or the user of files: a set of {"level": "volume" or "file", "at": the path below the
# PodSpec, "of": the object that has the fields}.
_files contains {"level": "volume", "at": sprintf("volumes[%d].%s", [index, type]), "of": of} if {
	some index, volume in subject.pod.volumes
	some type in ["configMap", "downwardAPI", "projected", "secret"]
	of := volume[type]
	is_object(of)
}

_files contains {"level": "file", "at": sprintf("%s.items[%d]", [source.at, item]), "of": file} if {
	some source in _sources
	some item, file in source.of.items
	is_object(file)
}

_files contains {"level": "file", "at": source.at, "of": source.of} if {
	some source in _sources
	source.type in {"clusterTrustBundle", "podCertificate", "serviceAccountToken"}
}

# The sources of files, of a volume or of a projected one: a set of {"type", "at", "of"}.
_sources contains {"type": type, "at": sprintf("volumes[%d].%s", [index, type]), "of": of} if {
	some index, volume in subject.pod.volumes
	some type in ["configMap", "downwardAPI", "secret"]
	of := volume[type]
	is_object(of)
}

_sources contains {"type": type, "at": sprintf("volumes[%d].projected.sources[%d].%s", [index, place, type]), "of": of} if {
	some index, volume in subject.pod.volumes
	some place, source in volume.projected.sources
	some type, of in source
	is_object(of)
}
