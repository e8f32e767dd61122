# METADATA
# title: HostProcess containers
# description: |
#   A HostProcess container runs as a process of the node. If a pod has one, all its containers must be HostProcess
#   containers. The pod must use the host network, and its hostProcess must not contradict its containers. The API
#   server rejects any violation, whatever spec.os.name is. A HostProcess container cannot use runAsNonRoot, named pipes
#   or hostAliases. The rule host-process-account judges the account, and host-process-allowed who may use HostProcess.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/
#     description: Create a Windows HostProcess Pod
# custom:
#   id: host-process
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [apiserver, runtime, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Set hostProcess once in the pod's securityContext.windowsOptions, and set hostNetwork to true.
#   symptoms:
#     - If pod contains any hostProcess containers then all containers must be HostProcess containers
#     - hostNetwork must be true if pod contains any hostProcess containers
#     - pod hostProcess value must be identical if both are specified
#     - hostProcess containers are disallowed by cluster policy
#   enforcedSince:
#     - {version: v1.22, what: if the feature gate WindowsHostProcessContainers is on}
#     - {version: v1.23, what: 'by default; the gate has been locked on since v1.26'}
#   needs: [hostProcess]
#   appliesBy: [windowsOptions]
#   fields:
#     - spec.securityContext.windowsOptions.hostProcess
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.windowsOptions.hostProcess
#     - spec.hostNetwork
#     - spec.hostAliases
#     - spec.volumes[*].hostPath
package lib.windows.rules.host_process

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.paths
import data.lib.windows.result
import data.lib.windows.subject

# The API server checks HostProcess on pods of every OS, so the rule judges Linux pods too.
applies if os.host_process

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(container, "securityContext.windowsOptions.hostProcess"),
	"container": container.name,
	"says": "The pod's hostProcess differs, so the API server rejects the pod. Set it in one place.",
	"enforcedBy": "apiserver",
	"because": _because,
}) if {
	applies
	options.pod.hostProcess != null
	some container in containers.of_pod
	own := options.own(container).hostProcess
	own != null
	own != options.pod.hostProcess
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_spec_field,
	"says": "The pod mixes HostProcess containers with others, so the API server rejects it. Set hostProcess for all or none.",
	"enforcedBy": "apiserver",
	"because": _because,
}) if {
	_any_container
	count(options.host_process) != count(containers.of_pod)
}

finding contains result.deny(rego.metadata.chain(), object.union(_network, {
	"field": _host_network,
	"says": "HostProcess containers use the host's network, and the API server rejects other pods. Set the field to true.",
	"enforcedBy": "apiserver",
	"because": _because,
})) if {
	_any_container
	not subject.pod.hostNetwork == true
}

finding contains result.warn(rego.metadata.chain(), object.union(options.set_at(container, "runAsNonRoot"), {
	"says": "HostProcess containers run as an account of the node, so this has no effect. Remove the field.",
	"enforcedBy": "advice",
	"because": _because,
})) if {
	some container in options.host_process
	options.run_as_non_root(container) == true
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].hostPath", [index])),
	"says": "The runtime mounts no pipe or socket into a HostProcess container. Open it by its name on the node.",
	"enforcedBy": "runtime",
	"because": _because,
}) if {
	_any_container
	some index, volume in subject.pod.volumes
	_pipe_or_socket(volume.hostPath)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field("hostAliases"),
	"says": "HostProcess containers use the node's hosts file, so this has no effect. Remove the field.",
	"enforcedBy": "advice",
	"because": _because,
}) if {
	_any_container
	count(subject.pod.hostAliases) > 0
}

_host_network := subject.pod_field("hostNetwork")

default _network := {}

# The fix, unless the pod has a field that the API server rejects beside the host's network, or declares Linux.
_network := {"fix": fix.set(_host_network, true)} if {
	not os.name == "linux"
	object.get(subject.pod, "hostUsers", true) != false
	object.get(subject.pod, "hostnameOverride", null) == null
	not _ports_clash
}

# Whether the API server may refuse the ports of the pod beside the host's network: each is then a port of the node.
_ports_clash if {
	some port in _ports
	port.hostPort != port.containerPort
}

_ports_clash if count({port.containerPort | some port in _ports}) < count(_ports)

_ports := [port | some container in subject.pod.containers; some port in container.ports]

_any_container if count(options.host_process) > 0

_because := "windowsOptions.hostProcess is true"

_pipe_or_socket(host_path) if paths.like_a_pipe(host_path.path)

_pipe_or_socket(host_path) if host_path.type == "Socket"
