# METADATA
# title: Paths of volumes and mounts
# description: |
#   The API server runs on Linux and reads paths as Linux does. On Windows, `\` also separates, case does not matter,
#   and a path without a drive is on C:. The kubelet rejects a path that goes back with `..\`. A volume cannot be
#   mounted over C: itself. A Unix path of the host becomes a new, empty folder. Windows cannot map a single file
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
#     - CreateContainerConfigError
#     - CreateContainerError
#   needs: [hostPath, terminationMessagePath, volumeMounts]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].volumeMounts[*].{mountPath,subPath,subPathExpr}
#     - spec.{initContainers,containers,ephemeralContainers}[*].terminationMessagePath
#     - spec.volumes[*].hostPath.path
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
	"says": "a volume cannot be mounted over drive C:; mount it in a folder",
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
	"says": "for Windows this is the path of another mount; choose another",
	"enforcedBy": "runtime",
}) if {
	some container in containers.of_pod
	some index, path in _mount_paths(container)
	some earlier, other in _mount_paths(container)
	earlier < index
	other == path
	container.spec.volumeMounts[earlier].mountPath != container.spec.volumeMounts[index].mountPath
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].hostPath.path", [index])),
	"says": `goes back with ..\, which the kubelet refuses; name the folder itself`,
	"enforcedBy": "kubelet",
}) if {
	some index, volume in subject.pod.volumes
	paths.goes_back(volume.hostPath.path)
}

finding contains result.deny(rego.metadata.chain(), {
	"field": _mount_field(container, index, name),
	"container": container.name,
	"says": `goes back with ..\, which the kubelet refuses; name the folder itself`,
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
	"says": "absolute on Windows, which the kubelet refuses; give it within the volume",
	"enforcedBy": "kubelet",
}) if {
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	some name in _sub_paths
	regex.match(`^([A-Za-z]:|\\)`, mount[name])
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].hostPath.path", [index])),
	"says": "Windows has no such path and mounts an empty folder; name one of Windows",
	"enforcedBy": "runtime",
}) if {
	some index, volume in subject.pod.volumes
	path := concat("", [volume.hostPath.path, "/"])
	strings.any_prefix_match(path, _unix)
	not strings.any_prefix_match(path, _unix_on_windows)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "terminationMessagePath"),
	"container": container.name,
	"says": "Windows cannot map single files everywhere; leave the default",
	"enforcedBy": "advice",
}) if {
	some container in containers.of_pod
	_custom_termination(container)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "terminationMessagePath"),
	"container": container.name,
	"says": "for Windows this is the path of a mount; choose another",
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

_custom_termination(container) if {
	not container.spec.terminationMessagePath in {"", "/dev/termination-log"}
	paths.normal(container.spec.terminationMessagePath) != `c:\dev\termination-log`
	not _parameters.allowCustomTerminationMessagePath
}

_parameters := parameters.of(rego.metadata.chain())

_sub_paths := ["subPath", "subPathExpr"]

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

# Exceptions, because Kubernetes uses these folders on both.
_unix_on_windows := ["/etc/cni/", "/etc/kubernetes/"]

_mount_field(container, index, name) := containers.field(container, sprintf("volumeMounts[%d].%s", [index, name]))
