# METADATA
# title: Named pipes
# description: |
#   containerd mounts a named pipe of the node if both paths have exactly the form `\\.\pipe\name`. If only one path is
#   a pipe, or a path has another spelling, containerd treats it as a folder. The kubelet has no hostPath type for a
#   pipe, so its type check fails. The rule host-process judges the pipes of HostProcess containers.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-linux-similarities
#     description: Comparison with Linux
# custom:
#   id: named-pipe
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [kubelet, runtime]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Set hostPath.path and mountPath to \\.\pipe\name, and remove hostPath.type.
#   symptoms:
#     - ContainerCreating
#     - hostPath type check failed
#   needs: [hostPath, storage.unusual]
#   fields:
#     - spec.volumes[*].hostPath.path
#     - spec.volumes[*].hostPath.type
#     - spec.{initContainers,containers,ephemeralContainers}[*].volumeMounts[*].mountPath
package lib.windows.rules.named_pipe

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.paths
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": "A named pipe fails the kubelet's check of this type, so the pod does not start. Remove the type.",
	"enforcedBy": "kubelet",
	"fix": fix.remove(field),
}) if {
	not os.host_process
	some index, volume in subject.pod.volumes
	volume.hostPath.type in _checked_types
	paths.pipe(volume.hostPath.path)
	field := subject.pod_field(sprintf("volumes[%d].hostPath.type", [index]))
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].hostPath.path", [index])),
	"says": `With this spelling, containerd treats the pipe as a folder. Write \\.\pipe\name.`,
	"enforcedBy": "runtime",
}) if {
	not os.host_process
	some index, volume in subject.pod.volumes
	paths.like_a_pipe(volume.hostPath.path)
	not paths.pipe(volume.hostPath.path)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, sprintf("volumeMounts[%d].mountPath", [index])),
	"container": container.name,
	"says": `The volume is a pipe, but containerd treats this path as a folder. Mount it at \\.\pipe\name.`,
	"enforcedBy": "runtime",
}) if {
	not os.host_process
	count(_pipes) > 0
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	mount.name in _pipes
	is_string(mount.mountPath)
	not paths.pipe(mount.mountPath)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, sprintf("volumeMounts[%d].mountPath", [index])),
	"container": container.name,
	"says": `This path is a pipe, but its volume is a folder. Set hostPath.path to \\.\pipe\name.`,
	"enforcedBy": "runtime",
}) if {
	not os.host_process
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	paths.like_a_pipe(mount.mountPath)
	is_string(mount.name)
	not mount.name in _pipes_in_any_spelling
}

# The names of the volumes that are pipes.
_pipes contains volume.name if {
	some volume in subject.pod.volumes
	paths.pipe(volume.hostPath.path)
}

# The names of the volumes that are pipes in any spelling.
_pipes_in_any_spelling contains volume.name if {
	some volume in subject.pod.volumes
	paths.like_a_pipe(volume.hostPath.path)
}

# The types whose check a pipe fails. File and FileOrCreate are not among them, because Windows can report a pipe as a file.
_checked_types := {"BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "Socket"}
