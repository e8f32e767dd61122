# METADATA
# title: Commands of the other OS
# description: |
#   A command that only the other OS has shows a wrongly placed pod or a copied manifest. Examples are a Linux shell in
#   a Windows pod and cmd.exe in a Linux pod. Nano Server does not include PowerShell. In Windows pods, the rule also
#   reads the commands of probes and lifecycle hooks.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod-spec-containers
#     description: Field compatibility for Pod specifications
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-base-images
#     description: Container base images
# custom:
#   id: command-os
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [runtime]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Use a command of the pod's OS, for example cmd or powershell on Windows, or place the pod on the OS of its command.
#   symptoms:
#     - The system cannot find the file specified.
#     - executable file not found in $PATH
#     - CrashLoopBackOff
#   needs: [command, lifecycle, livenessProbe, readinessProbe, startupProbe]
#   appliesBy: [command]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].command
#     - spec.{initContainers,containers,ephemeralContainers}[*].{livenessProbe,readinessProbe,startupProbe}.exec.command
#     - spec.{initContainers,containers,ephemeralContainers}[*].lifecycle.{postStart,preStop}.exec.command
#   parameters:
#     linuxShells:
#       type: array
#       items: {type: string}
#       description: The names of shells that Windows images do not have. Remove a name if your images have that shell, for example from Git for Windows.
#       default: [ash, bash, dash, sh, zsh]
package lib.windows.rules.command_os

import data.lib.windows.containers
import data.lib.windows.images
import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.subject

# Linux pods are not judged by default. This rule asks for those that have a Windows program as a container's command.
applies if {
	os.name == "linux"
	some list in containers.lists
	_windows_command(subject.pod[list][_].command[0])
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(entry.container, entry.field),
	"container": entry.container.name,
	"says": "only Linux has this command; use one of Windows, as cmd or powershell",
	"enforcedBy": "runtime",
}) if {
	os.windows
	some entry in _commands
	_linux_command(entry.command)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(entry.container, entry.field),
	"container": entry.container.name,
	"says": "Nano Server has no PowerShell; use cmd, or an image that has pwsh",
	"enforcedBy": "runtime",
}) if {
	os.windows
	some entry in _commands
	regex.match(`(?i)(^|[\\/])powershell(\.exe)?$`, entry.command)
	images.nano_server(entry.container.spec.image)
	not entry.container in options.host_process
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "command[0]"),
	"container": container.name,
	"says": "only Windows has this command; use one of Linux, or place the pod on Windows",
	"enforcedBy": "runtime",
}) if {
	os.name == "linux"
	some container in containers.of_pod
	_windows_command(container.spec.command[0])
}

_parameters := parameters.of(rego.metadata.chain())

# The commands that the containers run, as {"container", "field": path in the container, "command": the first word}.
_commands contains {"container": container, "field": "command[0]", "command": command} if {
	some container in containers.of_pod
	command := container.spec.command[0]
	is_string(command)
}

_commands contains {"container": container, "field": sprintf("%s.exec.command[0]", [probe]), "command": command} if {
	some container in containers.of_pod
	some probe in ["livenessProbe", "readinessProbe", "startupProbe"]
	command := container.spec[probe].exec.command[0]
	is_string(command)
}

_commands contains {"container": container, "field": sprintf("lifecycle.%s.exec.command[0]", [hook]), "command": command} if {
	some container in containers.of_pod
	some hook in ["postStart", "preStop"]
	command := container.spec.lifecycle[hook].exec.command[0]
	is_string(command)
}

_linux_command(command) if {
	strings.any_prefix_match(command, ["/bin/", "/opt/", "/sbin/", "/usr/"])
	not regex.match(`(?i)\.(bat|cmd|com|exe|ps1)$`, command)
}

_linux_command(command) if {
	regex.replace(command, `^.*/`, "") in _parameters.linuxShells
	not regex.match(`^[A-Za-z]:`, command)
}

# Linux images can have pwsh, but not pwsh.exe.
_windows_command(command) if {
	is_string(command)
	regex.match(`(?i)(^|[\\/])(cmd|powershell|pwsh)\.exe$|^[a-z]:\\`, command)
}
