# METADATA
# title: Paths of volumes and mounts
# description: |
#   The API server runs on Linux and reads paths as Linux does. On Windows, `\` also separates, case does not matter,
#   and a path without a drive is on C:. The kubelet rejects a path that goes back with `..\`. A volume cannot be
#   mounted over C: itself. A Unix path of the host becomes a new, empty folder. If hostPath.type asks for a file, folder,
#   socket or device that must exist, the kubelet's check fails and the pod never starts. Windows cannot map a single file
#   everywhere. The default terminationMessagePath works because no such file exists.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/storage/windows-storage/
#     description: Volume Storage on Windows nodes
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod-spec-containers
#     description: Field compatibility for container specifications
# custom:
#   id: volume-path
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [kubelet, runtime, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Write paths as Windows does, for example C:\data, and leave terminationMessagePath out.
#   symptoms:
#     - 'must not contain ''..'''
#     - must not be an absolute path
#     - destination path can not be C drive
#     - hostPath type check failed
#     - FailedMount
#     - CreateContainerConfigError
#     - CreateContainerError
#   needs: [hostPath, storage.unusual]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].volumeMounts[*].{mountPath,subPath,subPathExpr}
#     - spec.{initContainers,containers,ephemeralContainers}[*].terminationMessagePath
#     - spec.volumes[*].hostPath.{path,type}
#   parameters:
#     allowCustomTerminationMessagePath:
#       type: boolean
#       description: Whether a terminationMessagePath other than the default is allowed.
#       default: false
package lib.windows.rules.volume_path

import data.lib.windows.containers
import data.lib.windows.parameters
import data.lib.windows.paths
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": _mount_field(container, index, "mountPath"),
	"container": container.name,
	"says": "The runtime cannot mount a volume over drive C:, so the container does not start. Mount it in a folder.",
	"enforcedBy": "runtime",
}) if {
	some container in containers.of_pod
	some index, path in _mount_paths(container)
	path == "c:"
}

# The API server rejects two identical paths on every OS, so this rule reports only paths that differ in spelling.
finding contains result.warn(rego.metadata.chain(), {
	"field": _mount_field(container, index, "mountPath"),
	"container": container.name,
	"says": "Windows reads this as the path of another mount, so the two collide. Choose another path.",
	"enforcedBy": "runtime",
}) if {
	some container in containers.of_pod
	some spellings in _spellings(container)
	some index in _respelt(spellings)
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].hostPath.path", [index])),
	"says": `The kubelet rejects a path with ..\, so the pod never starts. Name the folder itself.`,
	"enforcedBy": "kubelet",
}) if {
	some index, volume in subject.pod.volumes
	paths.goes_back(volume.hostPath.path)
}

finding contains result.deny(rego.metadata.chain(), {
	"field": _mount_field(container, index, name),
	"container": container.name,
	"says": `The kubelet rejects a path with ..\, so the container does not start. Name the folder itself.`,
	"enforcedBy": "kubelet",
}) if {
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	some name in _sub_paths
	paths.goes_back(mount[name])
}

finding contains result.deny(rego.metadata.chain(), {
	"field": _mount_field(container, index, name),
	"container": container.name,
	"says": "Windows reads this path as absolute, which the kubelet rejects. Write a path within the volume.",
	"enforcedBy": "kubelet",
}) if {
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	some name in _sub_paths
	regex.match(`^([A-Za-z]:|\\)`, mount[name])
}

# checkTypeInternal of k8s.io/kubernetes/pkg/volume/hostpath/host_path.go, v1.37.2, line 479.
finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].hostPath.path", [index])),
	"says": "Windows has no such path, so the kubelet's check of hostPath.type fails and the pod never starts. Name a Windows path.",
	"enforcedBy": "kubelet",
}) if {
	some index, type in _unix_host_paths
	type in _types_that_must_exist
}

# Windows has no block devices for os.Stat, so no path passes the check. The rule named-pipe judges the types of pipes.
finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].hostPath.type", [index])),
	"says": "Windows reports no path as a block device, so the kubelet's check fails and the pod never starts. Remove the type.",
	"enforcedBy": "kubelet",
}) if {
	some index, volume in subject.pod.volumes
	volume.hostPath.type == "BlockDevice"
	not paths.like_a_pipe(volume.hostPath.path)
	not _unix_host_paths[index]
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].hostPath.path", [index])),
	"says": _becomes(type),
	"enforcedBy": "runtime",
}) if {
	some index, type in _unix_host_paths
	not type in _types_that_must_exist
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "terminationMessagePath"),
	"container": container.name,
	"says": "Windows cannot map every single file, so the message can get lost. Keep the default path.",
	"enforcedBy": "advice",
}) if {
	some container in containers.of_pod
	_custom_termination(container)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "terminationMessagePath"),
	"container": container.name,
	"says": "Windows reads this as the path of a mount, so the two collide. Choose another path.",
	"enforcedBy": "runtime",
}) if {
	some container in containers.of_pod
	not _custom_termination(container)
	termination := paths.normal(container.spec.terminationMessagePath)
	some path in _mount_paths(container)
	path == termination
}

# The mount paths of a container by index, in one normal spelling, so that equal paths compare as equal.
_mount_paths(container) := {index: paths.normal(mount.mountPath) | some index, mount in container.spec.volumeMounts}

# The mounts of a container in groups of one normal path: {path: {index: the path as it is written}}. Nothing compares a
# mount with all others, so the work grows with their number and not with its square.
_spellings(container) := object.union_n([{path: {index: container.spec.volumeMounts[index].mountPath}} |
	some index, path in _mount_paths(container)
])

# The indexes of the mounts in a group after the first, and from the first on that has another spelling.
_respelt(spellings) := {index | some index, _ in spellings; index >= start} if {
	first := spellings[min(object.keys(spellings))]
	start := min({index | some index, spelling in spellings; spelling != first})
}

_custom_termination(container) if {
	not container.spec.terminationMessagePath in {"", "/dev/termination-log"}
	paths.normal(container.spec.terminationMessagePath) != `c:\dev\termination-log`
	not _parameters.allowCustomTerminationMessagePath
}

_parameters := parameters.of(rego.metadata.chain())

_sub_paths := ["subPath", "subPathExpr"]

# The hostPath volumes with a path that only Linux nodes have, as {index of the volume: hostPath.type, or ""}.
_unix_host_paths[index] := object.get(volume.hostPath, "type", "") if {
	some index, volume in subject.pod.volumes
	path := concat("", [volume.hostPath.path, "/"])
	strings.any_prefix_match(path, _unix)
	not strings.any_prefix_match(path, _unix_on_windows)
}

# The types of hostPath that the kubelet only checks. It creates what is missing for the others.
_types_that_must_exist := {"BlockDevice", "CharDevice", "Directory", "File", "Socket"}

# What becomes of a Unix path if the pod starts.
_becomes("FileOrCreate") := "Windows has no such path, so the kubelet creates an empty file or fails. Name a Windows path."

_becomes(type) := "Windows has no such path, so the container gets an empty folder. Name a Windows path." if {
	type != "FileOrCreate"
}

# Prefixes of paths that only Linux nodes have.
_unix := [
	"/boot/",
	"/dev/",
	"/etc/",
	"/lib/modules/",
	"/proc/",
	"/run/containerd/containerd.sock/",
	"/run/crio/",
	"/run/docker.sock/",
	"/run/systemd/",
	"/run/udev/",
	"/sys/",
	"/usr/",
	"/var/run/containerd/containerd.sock/",
	"/var/run/crio/",
	"/var/run/docker.sock/",
]

# Exceptions, because Kubernetes and network plugins use these folders on both.
_unix_on_windows := ["/etc/cni/", "/etc/kube-flannel/", "/etc/kubernetes/", "/etc/rancher/"]

_mount_field(container, index, name) := containers.field(container, sprintf("volumeMounts[%d].%s", [index, name]))
