# METADATA
# title: What an image's reference tells
# description: |
#   The parts of a reference, and what follows from them: the OS, the build of Windows, and whether only
#   HostProcess containers start from it. Nothing is known from a word in a repository's name, a number that may be a
#   version of anything, a placeholder, and a tag beside a digest, which the runtime ignores.
package lib.windows.images

import data.lib.windows.images_data
import data.lib.windows.subject

# Everything that is known of an image: {"registry", "name": the repository's full name, as docker.io/library/nginx,
# "tag", "digest", "os": "windows" or "linux", "builds": the builds of Windows it names, "words": those of a Windows image
# that may say which}, with "" for what is absent or not known; {} for what is no reference. It is defined for anything,
# and so evaluated once for each image.
facts(image) := {
	"registry": registry,
	"name": name,
	"tag": tag,
	"digest": digest,
	"os": _os(name, words, releases, meant),
	"builds": ({build | digest == ""; some word in releases; build := images_data.releases[word]} | numbers),
	"words": releases,
} if {
	is_string(image)
	[[_, host, path, tag, digest]] := regex.find_all_string_submatch_n(_grammar, image, 1)
	registry := object.get(_docker_hub, host, lower(host))
	name := regex.replace(concat("/", [registry, path]), `^docker\.io/([^/]+)$`, "docker.io/library/$1")
	meant := object.get({"": lower(tag)}, digest, "") # beside a digest the runtime ignores the tag
	words := array.concat(regex.split(`[-_.]`, meant), [word | contains(name, "ltsc20"); word := _release_in_name(name)])
	releases := _releases(name, words)
	numbers := {number | contains(meant, "10.0."); some number in _numbers(name, releases, meant)}
} else := {}

# "windows" or "linux".
os(image) := name if {
	name := facts(image).os
	name != ""
}

# Whether there is no doubt of an image's OS, so that something may be refused for it: its repository is in a list, its
# publisher's tags are known, or it has a word that no image of another OS has. The OS may be known without: of a branch
# that is called focal, of a compiler for windows-amd64, and by the last word of a repository's name.
certain(image) if strings.any_prefix_match(facts(image).name, images_data.certain_below)

certain(image) if facts(image).name in images_data.windows_only

certain(image) if facts(image).name in images_data.linux_only

certain(image) if {
	known := facts(image)
	known.os == "windows"
	known.digest == ""
	regex.match(_certain_tag, lower(known.tag))
}

# The build of Windows in an image, as 10.0.20348.
build(image) := version if {
	builds := facts(image).builds
	count(builds) == 1
	some version in builds
}

# The build of Windows in an image, where something may be refused for it: the OS is certain, the tag says the build and
# not the repository's name, and what runs where is known of it.
certain_build(image) := version if {
	version := build(image)
	images_data.builds[version]
	certain(image)
	not _last_word(facts(image).name) in images_data.long_term
}

# The builds of nodes on which a container of a build starts with process isolation.
hosts(container) := {node |
	some node, builds in images_data.runs_on
	container in builds
}

# Whether one of the pod's images looks as if it were for Windows: what rules ask first of pods that may be for any OS.
any_looks_windows if {
	pod := subject.pod
	some list in ["containers", "initContainers", "ephemeralContainers"]
	looks_windows(pod[list][_].image)
}

# Whether an image might be for Windows: a cheap question for the `applies` of a rule that judges other pods too. What
# every image for Windows has somewhere, most of those for Linux have none of.
looks_windows(image) if {
	regex.match(`(?i)windows|nanoserver|servercore|ltsc20|hostprocess|dotnet/framework|(?:^|docker\.io/)microsoft/`, image)
}

# Whether an image has no operating system of its own, so that nothing but a HostProcess container starts from it.
host_process_only(image) if facts(image).name in images_data.host_process_only

host_process_only(image) if {
	known := facts(image)
	known.digest == ""
	strings.any_suffix_match(concat("-", ["", lower(known.tag)]), images_data.host_process_endings)
}

# Whether an image is made from Nano Server.
nano_server(image) if facts(image).name in images_data.nano_servers

nano_server(image) if {
	some word in facts(image).words
	startswith(word, "nanoserver")
}

# Whether an image is known to run as ContainerAdministrator where the pod names no user.
administrator(image) if facts(image).name in images_data.administrators

# The numbers at the beginning of a tag, for comparison: [3, 10, 2].
version(tag) := [to_number(major), to_number(minor), _number(patch)] if {
	[[_, major, minor, patch]] := regex.find_all_string_submatch_n(`^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?:$|[-_])`, tag, 1)
}

# A host has a dot or a port, or is localhost; a path is in lower case (github.com/distribution/reference).
_grammar := `^(?:([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?|[A-Za-z0-9-]+:\d+|localhost)/)?([a-z0-9]+(?:(?:[./]|__?|-+)[a-z0-9]+)*)(?::(\w[\w.-]{0,127}))?(?:@([^@\s]+))?$`

# Docker Hub's names, "" for a reference that says none.
_docker_hub := {
	"": "docker.io",
	"index.docker.io": "docker.io",
	"registry-1.docker.io": "docker.io",
}

# The last word of a repository's name that counts as one of the tag, for Windows images alone have it: iis-windows-ltsc2019.
_release_in_name(name) := word if {
	word := _last_word(name)
	word in images_data.long_term
}

_last_word(name) := regex.replace(name, `.*[-_./]`, "")

# The words that may name a release: all of them in a repository of Windows images, those from the first that says
# Windows in any other. An image that says linux too is for both; [] stands for an image that is not known to be Windows.
_releases(name, words) := words if {
	_listed(name, images_data.windows_only, images_data.windows_only_below)
} else := array.slice(words, min(places), count(words)) if {
	places := [place | some place, word in words; regex.match(images_data.windows_word, word)]
	places != []
	not "linux" in words
	not "pc" in words # x86_64-pc-windows-gnu is what a compiler makes programs for
} else := []

_listed(name, repositories, _) if name in repositories

_listed(name, _, beginnings) if strings.any_prefix_match(name, beginnings)

_os(name, words, releases, tag) := "windows" if {
	releases != []
} else := "" if {
	some word in words
	regex.match(images_data.windows_word, word)
} else := "linux" if {
	_says_linux(name, tag)
} else := ""

_says_linux(name, _) if _listed(name, images_data.linux_only, images_data.linux_only_below)

_says_linux(_, tag) if regex.match(_linux_tag, tag)

# Elsewhere an image may be slim in any OS.
_says_linux(name, tag) if {
	startswith(name, "docker.io/library/")
	"slim" in regex.split(`[-_.]`, tag)
}

# The words that only Windows images have. A number after windows may be anything but these.
_certain_tag := concat("", [
	`(?:^|[-_.])`,
	`(?:nanoserver|(?:windows)?servercore|ltsc20(?:16|19|22|25)(?:$|[-_.])|windows-(?:1809|20h2|hp)(?:$|[-_.]))`,
])

# Distributions, their releases, and what only they have.
_linux_tag := concat("", [
	`(?:^|[-_.])`,
	`(?:alpine\d*|bullseye|bookworm|buster|trixie|stretch|jammy|noble|focal|bionic|musl|distroless|chiseled|`,
	`cbl-mariner\d*|azurelinux\d*|ubi\d*|linux)`,
	`(?:$|[-_.])`,
])

# The builds that a tag says in full. Where not all images are for Windows, 10.0.12345 may be an app's own version.
_numbers(name, releases, tag) := {build |
	count(releases) > 0
	some [_, build] in regex.find_all_string_submatch_n(`(?:^|-)(10\.0\.\d{5})\b`, replace(tag, "_", "-"), -1)
	_exists(build, name)
}

_exists(build, _) if images_data.builds[build]

_exists(_, name) if _listed(name, images_data.windows_only, images_data.windows_only_below)

_number("") := 0

_number(digits) := to_number(digits) if digits != ""
