# METADATA
# title: HostProcess containers
# description: |
#   A HostProcess container runs as a process of the node. If a pod has one, all its containers must be HostProcess
#   containers. The pod must use the host network, and its hostProcess must not contradict its containers. The API
#   server rejects any violation, whatever spec.os.name is. A HostProcess container runs as one of three service
#   accounts or as a local group of the node. It cannot use runAsNonRoot, named pipes or hostAliases. Parameters limit
#   the namespaces and images that HostProcess containers may use.
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
#   remedy: Set hostProcess once in the pod's securityContext.windowsOptions, set hostNetwork to true, and name a service account.
#   symptoms:
#     - If pod contains any hostProcess containers then all containers must be HostProcess containers
#     - hostNetwork must be true if pod contains any hostProcess containers
#     - pod hostProcess value must be identical if both are specified
#     - hostProcess containers are disallowed by cluster policy
#     - empty username or group name passed
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
#   parameters:
#     accounts:
#       type: array
#       items: {type: string}
#       description: The accounts that a HostProcess container may run as. The comparison ignores case after the domain. Local groups, which have no domain, are always allowed.
#       default: ['NT AUTHORITY\SYSTEM', 'NT AUTHORITY\Local service', 'NT AUTHORITY\NetworkService']
#     allowedNamespaces:
#       type: array
#       items: {type: string}
#       description: Globs of the namespaces where HostProcess containers may run. An empty list allows every namespace.
#       default: []
#     allowedImages:
#       type: array
#       items: {type: string}
#       description: Globs of the images that may run as HostProcess containers. The rule compares the reference as it is written. An empty list allows every image.
#       default: []
package lib.windows.rules.host_process

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.paths
import data.lib.windows.result
import data.lib.windows.subject

# The API server checks HostProcess on pods of every OS, so the rule judges Linux pods too.
applies if os.host_process

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(container, "securityContext.windowsOptions.hostProcess"),
	"container": container.name,
	"says": "differs from the pod's own hostProcess; set it in one place",
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
	"says": "mixes HostProcess containers with others; make all of them HostProcess or none",
	"enforcedBy": "apiserver",
	"because": _because,
}) if {
	_any_container
	count(options.host_process) != count(containers.of_pod)
}

finding contains result.deny(rego.metadata.chain(), {
	"field": path,
	"says": "HostProcess containers use the host's network; set it to true",
	"enforcedBy": "apiserver",
	"because": _because,
	"fix": fix.set(path, true),
}) if {
	_any_container
	not subject.pod.hostNetwork == true
	path := subject.pod_field("hostNetwork")
}

finding contains result.warn(rego.metadata.chain(), object.union(options.set_at(container, "windowsOptions.runAsUserName"), {
	"says": "name a service account (NT AUTHORITY\\SYSTEM) or a local group of the node",
	"enforcedBy": "runtime",
	"because": _because,
})) if {
	some container in options.host_process
	user := options.value(container, "runAsUserName")
	not _known_account(user)
}

finding contains result.warn(rego.metadata.chain(), object.union(options.set_at(container, "runAsNonRoot"), {
	"says": "does not go with HostProcess, which runs as an account of the node; remove it",
	"enforcedBy": "advice",
	"because": _because,
})) if {
	some container in options.host_process
	options.run_as_non_root(container) == true
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field(sprintf("volumes[%d].hostPath", [index])),
	"says": "pipes and sockets are not mounted into HostProcess containers; open them by name",
	"enforcedBy": "runtime",
	"because": _because,
}) if {
	_any_container
	some index, volume in subject.pod.volumes
	_pipe_or_socket(volume.hostPath)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field("hostAliases"),
	"says": "has no effect, HostProcess containers use the node's hosts file; remove it",
	"enforcedBy": "advice",
	"because": _because,
}) if {
	_any_container
	count(subject.pod.hostAliases) > 0
}

finding contains result.deny(rego.metadata.chain(), {
	"field": "metadata.namespace",
	"says": "HostProcess containers are not allowed in this namespace by the configuration",
	"enforcedBy": "advice",
	"because": _because,
}) if {
	_any_container
	count(_parameters.allowedNamespaces) > 0
	is_string(subject.namespace)
	subject.namespace != ""
	not _matches(_parameters.allowedNamespaces, subject.namespace)
}

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(container, "image"),
	"container": container.name,
	"says": "this image is not allowed to run as a HostProcess container by the configuration",
	"enforcedBy": "advice",
	"because": _because,
}) if {
	applies
	count(_parameters.allowedImages) > 0
	some container in options.host_process
	is_string(container.spec.image)
	not _matches(_parameters.allowedImages, container.spec.image)
}

_any_container if count(options.host_process) > 0

_because := "windowsOptions.hostProcess is true"

_parameters := parameters.of(rego.metadata.chain())

# A name without a domain is a local group. The two exceptions are accounts that exist only inside containers.
_known_account(user) if {
	is_string(user)
	not contains(user, `\`)
	not lower(user) in {"", "containeradministrator", "containeruser"}
}

_known_account(user) if {
	[domain, name] := split(user, `\`)
	some account in _parameters.accounts
	[known_domain, known_name] := split(account, `\`)
	domain == known_domain
	lower(name) == lower(known_name)
}

_pipe_or_socket(host_path) if paths.pipe(host_path.path)

_pipe_or_socket(host_path) if host_path.type == "Socket"

_matches(globs, text) if {
	some pattern in globs
	glob.match(pattern, null, text)
}
