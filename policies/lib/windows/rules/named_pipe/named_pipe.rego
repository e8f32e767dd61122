# METADATA
# title: Named pipes
# description: |
#   A named pipe of the node is mounted when both ends are named as pipes, `\\.\pipe\name` in just this spelling. With
#   one end only, or in another spelling, containerd takes it for a folder. The kubelet knows no hostPath type for a
#   pipe, so its check of one fails. Pipes of HostProcess containers are host-process's.
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
#   remedy: Give hostPath.path and mountPath as \\.\pipe\name, and no hostPath.type.
#   symptoms:
#     - ContainerCreating
#     - hostPath type check failed
#   needs: [hostPath, volumeMounts]
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
	"says": "a pipe is of none of these types and the kubelet's check fails; remove it",
	"enforcedBy": "kubelet",
	"fix": fix.remove(field),
}) if {
	some index, volume in subject.pod.volumes
	volume.hostPath.type in _types
	paths.pipe(volume.hostPath.path)
	not os.host_process
	field := subject.pod_field(sprintf("volumes[%d].hostPath.type", [index]))
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].hostPath.path", [index])),
	"says": `taken for a folder in this spelling; write \\.\pipe\name`,
	"enforcedBy": "runtime",
}) if {
	some index, volume in subject.pod.volumes
	paths.like_a_pipe(volume.hostPath.path)
	not paths.pipe(volume.hostPath.path)
	not os.host_process
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, sprintf("volumeMounts[%d].mountPath", [index])),
	"container": container.name,
	"says": `the volume is a pipe and this is not; mount it at \\.\pipe\name`,
	"enforcedBy": "runtime",
}) if {
	count(_pipes) > 0
	some container in containers.all
	some index, mount in container.spec.volumeMounts
	mount.name in _pipes
	is_string(mount.mountPath)
	not paths.pipe(mount.mountPath)
	not os.host_process
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, sprintf("volumeMounts[%d].mountPath", [index])),
	"container": container.name,
	"says": `this is a pipe and the volume is not; give its hostPath as \\.\pipe\name`,
	"enforcedBy": "runtime",
}) if {
	some container in containers.all
	some index, mount in container.spec.volumeMounts
	paths.like_a_pipe(mount.mountPath)
	is_string(mount.name)
	not mount.name in _meant_as_pipes
	not os.host_process
}

# The volumes that are pipes, and those that are meant to be.
_pipes contains volume.name if {
	some volume in subject.pod.volumes
	paths.pipe(volume.hostPath.path)
}

_meant_as_pipes contains volume.name if {
	some volume in subject.pod.volumes
	paths.like_a_pipe(volume.hostPath.path)
}

# The types that the kubelet tests and a pipe does not pass. File is not among them, for Windows may say so of a pipe.
_types := {"BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "FileOrCreate", "Socket"}
