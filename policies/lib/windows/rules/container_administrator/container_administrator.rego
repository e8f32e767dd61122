# METADATA
# title: runAsNonRoot and the user that a container really runs as
# description: |
#   On Windows, runAsNonRoot excludes only ContainerAdministrator. The kubelet compares the whole user name and does not
#   start a container with that name. The same user with a domain passes this check, and so do other administrators. An
#   image whose default user is an administrator passes too. Two parameters make runAsNonRoot and runAsUserName
#   mandatory. HostProcess containers run as an account of the node, so only the kubelet's check applies to them.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/security/windows-security/
#     description: Security for Windows nodes
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/
#     description: Configure RunAsUserName for Windows pods and containers
# custom:
#   id: container-administrator
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [kubelet, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Set windowsOptions.runAsUserName to ContainerUser, and build the image to run as that user.
#   symptoms:
#     - CreateContainerConfigError
#     - which will be regarded as root identity and will break non-root policy
#   needs: [security.unusual]
#   fields:
#     - spec.securityContext.runAsNonRoot
#     - spec.securityContext.windowsOptions.runAsUserName
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.runAsNonRoot
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.windowsOptions.runAsUserName
#   parameters:
#     forbiddenUserNames:
#       type: array
#       items: {type: string}
#       description: Users that must not run with runAsNonRoot. A name without a domain matches in every domain; one in NT AUTHORITY also matches without it.
#       default: [ContainerAdministrator, Administrator, 'NT AUTHORITY\SYSTEM']
#     requireRunAsNonRoot:
#       type: boolean
#       description: Whether every container must have runAsNonRoot set to true.
#       default: false
#     requireRunAsUserName:
#       type: boolean
#       description: Whether every container must have a runAsUserName.
#       default: false
package lib.windows.rules.container_administrator

import data.lib.windows.containers
import data.lib.windows.images
import data.lib.windows.options
import data.lib.windows.parameters
import data.lib.windows.result

finding contains result.deny(rego.metadata.chain(), object.union(options.set_at(entry.container, "windowsOptions.runAsUserName"), {
	"says": "With runAsNonRoot the kubelet rejects this user. Set ContainerUser.",
	"enforcedBy": "kubelet",
})) if {
	some entry in _non_root
	lower(entry.user) == "containeradministrator" # verifyRunAsNonRoot of the kubelet compares only this name
}

finding contains result.warn(rego.metadata.chain(), object.union(options.set_at(entry.container, "windowsOptions.runAsUserName"), {
	"says": "This user is an administrator; runAsNonRoot does not stop it. Use ContainerUser.",
	"enforcedBy": "advice",
})) if {
	some entry in _non_root
	user := lower(entry.user)
	user != "containeradministrator"
	_spellings(user) & _forbidden_names != set()
	not entry.container in options.host_process
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(entry.container, "securityContext.windowsOptions.runAsUserName"),
	"container": entry.container.name,
	"says": "runAsNonRoot misses the image's user, an administrator. Set ContainerUser.",
	"enforcedBy": "advice",
}) if {
	some entry in _non_root
	entry.user == null
	images.administrator(entry.container.spec.image)
	not entry.container in options.host_process
}

finding contains result.warn(rego.metadata.chain(), object.union(options.set_at(container, "runAsNonRoot"), {
	"says": "The configuration requires this field, and it is not true. Set the field to true.",
	"enforcedBy": "advice",
})) if {
	parameters.given(rego.metadata.chain())
	_parameters.requireRunAsNonRoot
	some container in (containers.of_pod - options.host_process)
	not options.run_as_non_root(container) == true
}

finding contains result.warn(rego.metadata.chain(), object.union(options.set_at(container, "windowsOptions.runAsUserName"), {
	"says": "The configuration requires a user name. Set ContainerUser.",
	"enforcedBy": "advice",
})) if {
	parameters.given(rego.metadata.chain())
	_parameters.requireRunAsUserName
	some container in (containers.of_pod - options.host_process)
	options.value(container, "runAsUserName") == null
}

# A user as it is written, without its domain, and with the domain that Windows adds to the names of its own accounts.
_spellings(user) := {user, regex.replace(user, `^[^\\]*\\`, ""), concat(`\`, ["nt authority", user])}

_parameters := parameters.of(rego.metadata.chain())

# The containers with runAsNonRoot true, as {"container", "user": the runAsUserName in force, or null}.
_non_root contains {"container": container, "user": options.value(container, "runAsUserName")} if {
	some container in containers.of_pod
	options.run_as_non_root(container) == true
}

_forbidden_names contains lower(name) if some name in _parameters.forbiddenUserNames
