# METADATA
# title: Signs that a pod without an OS is meant for Windows
# description: |
#   An image or a command can show that the author means Windows, although nothing in the pod says so. These signs are no
#   evidence of the pod's OS (lib.windows.os), because the scheduler does not read them. They count only if they are
#   certain: a listed repository, a tag that only Windows images have, or a program that only Windows has.
package lib.windows.signs

import data.lib.windows.containers
import data.lib.windows.images
import data.lib.windows.subject

# Whether the pod can have a sign: a cheap test for a rule's `applies`.
possible if images.any_looks_windows

possible if {
	pod := subject.pod
	some list in containers.lists
	regex.match(_program, pod[list][_].command[0])
}

# The first sign in words, such as "the image of container app is for Windows"; undefined if there is none.
because := sprintf("the %s of container %s is for Windows", [_found[0].what, _found[0].name]) if _found[0]

_found := [{"what": what, "name": container.name} |
	some container in containers.of_pod
	what := _sign(container.spec)
]

_sign(spec) := "image" if {
	_of_windows(spec.image)
	not _beside_linux
} else := "command" if {
	regex.match(_program, spec.command[0])
	not _of_linux(object.get(spec, "image", ""))
}

_of_windows(image) if {
	images.os(image) == "windows"
	images.certain(image)
}

# A word of a tag counts, unless the tag is that of a compiler.
_of_windows(image) if {
	images.os(image) == "windows"
	not regex.match(`(?i)(amd64|arm64|x86|x64|gnu|msvc|mingw|cross)`, images.facts(image).tag)
}

_of_windows(image) if {
	regex.match(`([-_]windows|-win)$`, images.facts(image).name)
	not _of_linux(image)
}

_of_linux(image) if images.os(image) == "linux"

# An image for Linux beside one for Windows is another mistake, and mixed-os reports it.
_beside_linux if {
	some container in containers.of_pod
	_of_linux(container.spec.image)
}

# A program that only Windows has: one with the ending .exe, PowerShell by its old name, or a path with a drive.
_program := `(?i)\.exe$|(^|[\\/])powershell$|^[a-z]:\\`
