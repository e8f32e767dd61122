# METADATA
# title: runAsNonRoot and the user a container really runs as
# description: |
#   On Windows runAsNonRoot means: not ContainerAdministrator. The kubelet refuses a container that is to run as that
#   user, and compares nothing but the whole name. The same user with a domain before it, another administrator, and
#   the default user of an image that names none all pass, and the container runs as an administrator after all. That
#   a user or runAsNonRoot is set at all is asked for only where the parameters say so. HostProcess containers run as an
#   account of the node and are exempt.
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
#   remedy: Set windowsOptions.runAsUserName to ContainerUser, and make the image run as that user.
#   symptoms:
#     - CreateContainerConfigError
#     - which will be regarded as root identity and will break non-root policy
#   needs: [runAsNonRoot]
#   fields:
#     - spec.securityContext.runAsNonRoot
#     - spec.securityContext.windowsOptions.runAsUserName
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.runAsNonRoot
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.windowsOptions.runAsUserName
#   parameters:
#     forbiddenUserNames:
#       type: array
#       items: {type: string}
#       description: The users that runAsNonRoot is not to meet, compared without regard to case. A name without a domain stands for that name in any.
#       default: [ContainerAdministrator, Administrator, 'NT AUTHORITY\SYSTEM']
#     requireRunAsNonRoot:
#       type: boolean
#       description: Whether runAsNonRoot must be true for every container.
#       default: false
#     requireRunAsUserName:
#       type: boolean
#       description: Whether runAsUserName must be set for every container.
#       default: false
package lib.windows.rules.container_administrator

import data.lib.windows.containers
import data.lib.windows.images
import data.lib.windows.options
import data.lib.windows.parameters
import data.lib.windows.result

finding contains result.deny(rego.metadata.chain(), object.union(options.said_at(run.container, "windowsOptions.runAsUserName"), {
	"says": "with runAsNonRoot the kubelet does not start this user; use ContainerUser",
	"enforcedBy": "kubelet",
})) if {
	some run in _non_root
	lower(run.user) == "containeradministrator" # the kubelet, verifyRunAsNonRoot, knows this name alone
}

finding contains result.warn(rego.metadata.chain(), object.union(options.said_at(run.container, "windowsOptions.runAsUserName"), {
	"says": "an administrator, whom runAsNonRoot does not keep out; use ContainerUser",
	"enforcedBy": "advice",
})) if {
	some run in _non_root
	user := lower(run.user)
	user != "containeradministrator"
	{user, regex.replace(user, `^[^\\]*\\`, "")} & _forbidden_names != set() # with its domain or without
	not run.container in options.host_process
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(run.container, "securityContext.windowsOptions.runAsUserName"),
	"container": run.container.name,
	"says": "runAsNonRoot passes, the image is an administrator's; set ContainerUser",
	"enforcedBy": "advice",
}) if {
	some run in _non_root
	run.user == null
	images.administrator(run.container.spec.image)
	not run.container in options.host_process
}

finding contains result.warn(rego.metadata.chain(), object.union(options.said_at(container, "runAsNonRoot"), {
	"says": "not true, and the configuration asks for it; set it to true",
	"enforcedBy": "advice",
})) if {
	parameters.given(rego.metadata.chain())
	_parameters.requireRunAsNonRoot
	some container in (containers.all - options.host_process)
	not options.run_as_non_root(container) == true
}

finding contains result.warn(rego.metadata.chain(), object.union(options.said_at(container, "windowsOptions.runAsUserName"), {
	"says": "not set, and the configuration asks for it; set it to ContainerUser",
	"enforcedBy": "advice",
})) if {
	parameters.given(rego.metadata.chain())
	_parameters.requireRunAsUserName
	some container in (containers.all - options.host_process)
	options.value(container, "runAsUserName") == null
}

_parameters := parameters.of(rego.metadata.chain())

# The containers for which runAsNonRoot is true, with the user that is named for them, or null.
_non_root contains {"container": container, "user": options.value(container, "runAsUserName")} if {
	some container in containers.all
	options.run_as_non_root(container) == true
}

_forbidden_names := {lower(name) | some name in _parameters.forbiddenUserNames}
