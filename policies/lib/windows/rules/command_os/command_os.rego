# METADATA
# title: Commands that do not start
# description: |
#   A command that only the other OS has shows a wrongly placed pod or a copied manifest. On Windows, each word of a
#   command is quoted, and the first word is looked up as one file. So a whole command line in one word does not start.
#   A command of cmd, a cmdlet and a script do not start either, because they are not programs. Nano Server has no
#   PowerShell. In Windows pods, the rule also reads probes, lifecycle hooks, and the arguments of a container without a
#   command. If the image can have an entry point, the rule judges only arguments that no entry point expects.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod-spec-containers
#     description: Field compatibility for Pod specifications
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/container-base-images
#     description: Container base images
#   - {ref: "https://github.com/microsoft/hcsshim/blob/v0.15.0/internal/cmd/cmd.go", description: How Windows quotes the words of a command}
# custom:
#   id: command-os
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [runtime]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Write a program of the pod's OS and each argument as one item, for example cmd, /c, and then the command.
#   symptoms:
#     - The system cannot find the file specified.
#     - is not a valid Win32 application
#     - executable file not found in $PATH
#     - CrashLoopBackOff
#   needs: [programs.named]
#   appliesBy: [command]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].command
#     - spec.{initContainers,containers,ephemeralContainers}[*].args
#     - spec.{initContainers,containers,ephemeralContainers}[*].{livenessProbe,readinessProbe,startupProbe}.exec.command
#     - spec.{initContainers,containers,ephemeralContainers}[*].lifecycle.{postStart,preStop}.exec.command
#   parameters:
#     linuxShells:
#       type: array
#       items: {type: string}
#       description: The names of shells that Windows images do not have. Remove a name if your images have that shell, for example from Git for Windows.
#       default: [ash, bash, dash, sh, zsh]
#     unixPrograms:
#       type: array
#       items: {type: string}
#       description: The names of programs that Windows images do not have. Remove a name if your images have that program.
#       default: ["[", awk, basename, cat, chgrp, chmod, chown, cp, cut, dd, df, dirname, du, egrep, env, export,
#         "false", grep, head, id, ifconfig, ip, iptables, kill, killall, ln, ls, mktemp, mount, mv, nc, nohup,
#         pgrep, pidof, pkill, printenv, printf, ps, readlink, realpath, rm, sed, seq, sleep, stat, su, sudo,
#         tail, tee, test, touch, tr, "true", ulimit, umask, uname, uniq, wc, wget, which, xargs]
#     unixToolImages:
#       type: array
#       items: {type: string}
#       description: Your repositories whose Windows images have Unix shells and programs, including the registry; * matches a part of a path, ** several parts.
#       default: []
package lib.windows.rules.command_os

import data.lib.windows.containers
import data.lib.windows.data.programs
import data.lib.windows.fix
import data.lib.windows.images
import data.lib.windows.isolation
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

finding contains result.warn(rego.metadata.chain(), object.union(
	{
		"field": containers.field(command.container, concat("", [command.path, "[0]"])),
		"container": command.container.name,
		"says": _fault(command),
		"enforcedBy": "runtime",
	},
	_repair(command),
)) if {
	os.windows
	not isolation.linux_containers
	some command in _commands
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "command[0]"),
	"container": container.name,
	"says": "Only Windows has this program, so a Linux container cannot start it. Use a Linux program, or place the pod on Windows.",
	"enforcedBy": "runtime",
}) if {
	os.name == "linux"
	some container in containers.of_pod
	_windows_command(container.spec.command[0])
}

_parameters := parameters.of(rego.metadata.chain())

# What the containers of a Windows pod start: a set of {"container", "path": the path of the list in the container,
# "words": the list, "word": its first word, "name": that word in lower case, "certain": whether that word is the program}.
_commands contains {
	"container": container,
	"path": path,
	"words": words,
	"word": words[0],
	"name": lower(words[0]),
	"certain": _certain(path, container.spec),
} if {
	some container in containers.of_pod
	some path, words in _lists(container.spec)
	not regex.match(`^\s*$|\{\{`, words[0]) # a template that is not rendered is not judged
}

# The lists of a container that begin with a program, by their paths.
_lists(spec) := object.union_n([
	{"command": words | words := spec.command},
	{"args": spec.args |
		object.get(spec, "command", null) in {null, []}
		not _has_unix_tools(object.get(spec, "image", "")) # their entry point is cmd
	},
	{sprintf("%s.exec.command", [probe]): words |
		some probe in ["livenessProbe", "readinessProbe", "startupProbe"]
		words := spec[probe].exec.command
	},
	{sprintf("lifecycle.%s.exec.command", [hook]): words |
		some hook in ["postStart", "preStop"]
		words := spec.lifecycle[hook].exec.command
	},
])

# Whether the first word of a list is certainly the program. An entry point stands before the arguments.
_certain("args", spec) if {
	programs.no_entry_point[images.facts(spec.image).name]
} else := false

_certain(path, _) if path != "args"

# Why a Windows container cannot start a command, and the repair; undefined if nothing is known against it.
_fault(command) := "Windows takes this whole word as the name of one program. Write the program and each argument as its own item." if {
	_command_line(command)
} else := "Only Linux has this program, so a Windows container cannot start it. Use a Windows program, or place the pod on Linux." if {
	_linux_command(command)
	not _has_unix_tools(object.get(command.container.spec, "image", ""))
} else := "Only cmd knows this word, and Windows has no such program. Write cmd, /c and then the command." if {
	command.certain
	programs.cmd_words[command.name]
	not _has_unix_tools(object.get(command.container.spec, "image", ""))
} else := "Only PowerShell knows this cmdlet, and Windows has no such program. Write powershell, -Command and then the cmdlet." if {
	command.certain
	_cmdlet(command)
} else := "Windows cannot start a script as a program. Write its interpreter first, for example powershell, -File." if {
	command.certain
	regex.match(`\.(bash|dll|jar|js|lua|mjs|php|pl|ps1|py|rb|sh|vbs|wsf)$`, command.name)
} else := "Nano Server has no PowerShell, so this command does not start. Use cmd, or an image that has pwsh." if {
	_powershell_in_nano(command)
}

# Whether a word is a whole command line: a program, a blank, and arguments.
_command_line(command) if {
	regex.match(`\S\s+\S`, command.word)
	regex.replace(command.name, `(\.exe)?\s.*$`, "") in _programs
}

_command_line(command) if {
	command.certain
	regex.match(`\S\s+\S`, command.word)
	not regex.match(`^[%$<"']|^\S*[\\/:]|\.(bat|cmd|com|exe)$`, command.name)
}

_command_line(command) if {
	command.certain
	regex.match(`\.(bat|cmd|com|exe)["']?\s+[-/]`, command.name)
}

_unix_programs := {name | some name in _parameters.unixPrograms}

_programs := ({"cmd", "powershell", "pwsh"} | {name | some name in _parameters.linuxShells}) | _unix_programs

_linux_command(command) if {
	command.certain
	strings.any_prefix_match(command.word, ["/bin/", "/opt/", "/sbin/", "/usr/"])
	not regex.match(`\.(bat|cmd|com|exe|ps1)$`, command.name)
}

_linux_command(command) if {
	regex.replace(command.word, `^.*/`, "") in _parameters.linuxShells
	not regex.match(`^[A-Za-z]:`, command.word)
}

_linux_command(command) if {
	command.word in _unix_programs
	_not_an_argument(command)
}

# Whether a word is no argument of an entry point. Many programs have a subcommand such as ls, and none has chmod. PowerShell as
# an entry point knows sleep.
_not_an_argument(command) if command.certain

_not_an_argument(command) if command.word in {"awk", "chmod", "chown", "grep", "sed"}

_cmdlet(command) if programs.cmdlets[command.name]

# A verb of PowerShell and a noun, both with a capital.
_cmdlet(command) if regex.match(
	`^(Add|Clear|Copy|Expand|Get|Import|Invoke|Move|New|Out|Remove|Restart|Set|Start|Stop|Test|Wait|Write)-[A-Z][A-Za-z]+$`,
	command.word,
)

_powershell_in_nano(command) if {
	command.certain
	regex.match(`(^|[\\/])powershell(\.exe)?$`, command.name)
	images.nano_server(command.container.spec.image)
	not command.container in options.host_process
}

# Whether the Windows images of a repository have Unix shells and programs. The test images of Kubernetes have.
_has_unix_tools(image) if {
	images.for_tests(image)
	programs.unix_tools[regex.replace(images.facts(image).name, `.*/`, "")]
}

_has_unix_tools(image) if {
	some pattern in _parameters.unixToolImages
	glob.match(pattern, ["/"], images.facts(image).name)
}

# The words of a command line, or the words behind cmd /c, if no word has a character with a meaning of its own.
_repair(command) := {"fix": fix.set(path, words)} if {
	path := containers.field(command.container, command.path)
	words := _repaired(command)
} else := {}

_repaired(command) := split(command.word, " ") if {
	count(command.words) == 1
	regex.match(`^(?i:cmd|powershell|pwsh)(?i:\.exe)?( [\w:.\\/=*-]+)+$`, command.word)
	not _powershell_in_nano(object.union(command, {"name": regex.replace(command.name, ` .*`, "")}))
} else := array.concat(["cmd", "/c"], command.words) if {
	programs.cmd_words[command.name]
	every word in command.words {
		regex.match(`^[\w:.\\/=*-]+$`, word)
	}
}

# Linux images can have pwsh, but not pwsh.exe.
_windows_command(command) if {
	is_string(command)
	regex.match(`(?i)(^|[\\/])(cmd|powershell|pwsh)\.exe$|^[a-z]:\\`, command)
}
