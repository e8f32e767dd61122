# METADATA
# title: What an image reference tells
# description: |
#   The parts of an image reference, and what follows from them: the OS, the Windows build, and whether only HostProcess
#   containers can use the image. Nothing follows from a word in a repository's name, from a number that can be the
#   version of an app, or from a placeholder. A tag beside a digest tells nothing either: the runtime ignores it.
package lib.windows.images

import data.lib.windows.containers
import data.lib.windows.data.builds as known_builds
import data.lib.windows.data.images as known_images
import data.lib.windows.data.injections
import data.lib.windows.subject

# What is known of an image reference: {"registry", "name": the full name of the repository, "tag", "digest", "os":
# "windows" or "linux", "builds": the set of Windows builds that the reference names, "words": an array of the words of a
# Windows image's tag}. A text is "" if it is absent or unknown. {} if the value is not an image reference. The function
# is defined for every value, so OPA evaluates it once for each image.
facts(image) := {
	"registry": registry,
	"name": name,
	"tag": tag,
	"digest": digest,
	"os": _os(name, words, releases, {"tag": meant, "digest": digest}),
	"builds": ({build | digest == ""; some word in releases; build := known_builds.releases[word].build} | full_builds),
	"words": releases,
} if {
	is_string(image)
	[[_, host, path, tag, digest]] := regex.find_all_string_submatch_n(_grammar, image, 1)
	registry := object.get(_docker_hub, host, lower(host))
	name := regex.replace(concat("/", [registry, path]), `^docker\.io/([^/]+)$`, "docker.io/library/$1")
	meant := object.get({"": lower(tag)}, digest, "") # the runtime ignores a tag beside a digest
	unrevised := regex.replace(meant, `(10\.0\.\d{5})\.\d+`, "$1") # 1607 is a release, but not in 10.0.20348.1607
	words := array.concat(regex.split(`[-_.]`, unrevised), [word | contains(name, "ltsc20"); word := _release_in_name(name)])
	releases := _releases(name, words)
	full_builds := {build | contains(meant, "10.0."); some build in _full_builds(name, releases, meant)}
} else := {}

# The OS of an image, "windows" or "linux"; undefined if it is unknown.
os(image) := name if {
	name := facts(image).os
	name != ""
}

# Whether the OS of an image is certain, so that a rule can deny because of it. It is certain if the repository is in a
# list, if the publisher's tags are known, or if the tag has a word that only Windows images have. `os` also accepts
# weaker signs, which can be wrong: a branch named "focal", or a compiler for windows-amd64.
certain(image) if strings.any_prefix_match(facts(image).name, object.keys(known_images.tags_tell))

certain(image) if _listed(facts(image).name, known_images.windows_only, object.keys(known_images.windows_only_below))

certain(image) if _linux(facts(image).name)

certain(image) if {
	known := facts(image)
	known.os == "windows"
	known.digest == ""
	regex.match(_certain_tag, lower(known.tag))
}

# Whether an image is certainly for Linux, so that it never runs as a Windows container.
linux_certain(image) if {
	os(image) == "linux"
	certain(image)
}

# Whether one reference means images of both OSes: its repository is known to have both, and its tag names neither.
both(image) if {
	known := facts(image)
	known.os == ""
	_both(known.name)
}

# Whether webhooks add containers with this image to pods. It is an image for Linux.
injected(image) if _injected(facts(image).name)

# Whether an image is one of Kubernetes' test images, from any registry.
for_tests(image) if _for_tests(facts(image).name)

# The Windows build of an image, for example "10.0.20348"; undefined if the reference names no build or several.
build(image) := version if {
	builds := facts(image).builds
	count(builds) == 1
	some version in builds
}

# The Windows build of an image, if it is certain enough to deny because of it: the OS is certain, the tag names the
# build (not the repository), and the build is known. Undefined otherwise.
certain_build(image) := version if {
	version := build(image)
	known_builds.windows_server[version]
	certain(image)
	not _long_term(_last_word(facts(image).name))
}

# The builds of the nodes on which a container of this build starts with process isolation: a set.
hosts(container) := {node |
	some node, runs in known_builds.runs_on
	container in runs.containers
}

# Whether one of the pod's images looks like a Windows image: a cheap test for rules about pods of any OS.
any_looks_windows if {
	pod := subject.pod
	some list in containers.lists
	looks_windows(pod[list][_].image)
}

# Whether an image can be a Windows image: a cheap test for a rule's `applies`. Every Windows image contains one of these
# words somewhere; most Linux images contain none.
looks_windows(image) if regex.match(windows_words, image)

# The pattern of `looks_windows`.
windows_words := `(?i)windows|nanoserver|servercore|ltsc20|hostprocess|dotnet/framework|(?:^|docker\.io/)microsoft/|-win(?:$|[:@])`

# Whether an image has no operating system of its own, so that only a HostProcess container can use it.
host_process_only(image) if known_images.host_process_only[facts(image).name]

host_process_only(image) if {
	known := facts(image)
	known.digest == ""
	strings.any_suffix_match(concat("-", ["", lower(known.tag)]), object.keys(known_images.host_process_endings))
}

# Whether an image is based on Nano Server.
nano_server(image) if known_images.nano_servers[facts(image).name]

nano_server(image) if {
	some word in facts(image).words
	startswith(word, "nanoserver")
}

# Whether an image runs as ContainerAdministrator if the pod names no user.
administrator(image) if known_images.administrators[facts(image).name]

# The version at the beginning of a tag, for comparison: [3, 10, 2] for "3.10.2"; undefined if there is none.
version(tag) := [to_number(major), to_number(minor), _number(patch)] if {
	[[_, major, minor, patch]] := regex.find_all_string_submatch_n(`^v?(\d{1,6})\.(\d{1,6})(?:\.(\d{1,6}))?(?:$|[-_])`, tag, 1)
}

# A word of a tag that means Windows.
_windows_word := `^(?:hostprocess|servercore|windows|ltsc20(?:16|19|22|25)|(?:nanoserver|windows1|windows2|windowsservercore).*)$`

# A host has a dot or a port, or is localhost; a path is in lower case (github.com/distribution/reference).
_grammar := `^(?:([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?|[A-Za-z0-9-]+:\d+|localhost)/)?([a-z0-9]+(?:(?:[./]|__?|-+)[a-z0-9]+)*)(?::(\w[\w.-]{0,127}))?(?:@([^@\s]+))?$`

# The hosts that mean Docker Hub; "" is a reference without a host.
_docker_hub := {
	"": "docker.io",
	"index.docker.io": "docker.io",
	"registry-1.docker.io": "docker.io",
}

# The last word of a repository's name, if only Windows images have it. It then counts as a word of the tag:
# iis-windows-ltsc2019.
_release_in_name(name) := word if {
	word := _last_word(name)
	_long_term(word)
}

_long_term(word) if {
	startswith(word, "ltsc")
	known_builds.releases[word]
}

_last_word(name) := regex.replace(name, `.*[-_./]`, "")

# The words that can name a release. In a repository of Windows images that is every word; in any other, the words from
# the first one that means Windows. [] if the image is not known to be for Windows. An image that also names linux is
# for both. What is known of a repository beats a word in its tag.
_releases(name, words) := words if {
	_listed(name, known_images.windows_only, object.keys(known_images.windows_only_below))
} else := array.slice(words, min(places), count(words)) if {
	places := [place | some place, word in words; regex.match(_windows_word, word)]
	places != []
	not "linux" in words
	not "pc" in words # x86_64-pc-windows-gnu is the target of a compiler
	not _linux(name)
} else := []

_listed(name, repositories, _) if repositories[name]

_listed(name, _, groups) if strings.any_prefix_match(name, groups)

_os(name, words, releases, reference) := "windows" if {
	releases != []
} else := "linux" if {
	_linux(name)
} else := "" if {
	some word in words
	regex.match(_windows_word, word)
} else := "linux" if {
	_says_linux(name, reference.tag)
	not _untold(name)
} else := "linux" if {
	known_images.linux_by_default[name]
	reference.digest == ""
} else := ""

# Whether a repository has only Linux images.
_linux(name) if _listed(name, known_images.linux_only, object.keys(known_images.linux_only_below))

_linux(name) if _injected(name)

_injected(name) if _listed(name, injections.images, object.keys(injections.images_below))

# Whether a repository has images of both OSes, and its publisher's tags do not tell the OS.
_untold(name) if {
	_both(name)
	not strings.any_prefix_match(name, object.keys(known_images.tags_tell))
}

_both(name) if known_images.both[name]

_both(name) if _for_tests(name)

_for_tests(name) if {
	some folder, _ in known_images.both_folders
	contains(name, concat("", ["/", folder, "/"]))
}

_says_linux(_, tag) if regex.match(_linux_tag, tag)

# "slim" means Linux only in Docker's official images.
_says_linux(name, tag) if {
	startswith(name, "docker.io/library/")
	"slim" in regex.split(`[-_.]`, tag)
}

# The words that only Windows images have. Any other number after "windows" can mean something else.
_certain_tag := `(?:^|[-_.])(?:nanoserver|(?:windows)?servercore|ltsc20(?:16|19|22|25)(?:$|[-_.])|windows-(?:1809|20h2|hp)(?:$|[-_.]))`

# Linux distributions, their releases, and words that only Linux images have.
_linux_tag := `(?:^|[-_.])(?:alpine\d*|bullseye|bookworm|buster|trixie|stretch|jammy|noble|focal|bionic|musl|distroless|chiseled|cbl-mariner\d*|azurelinux\d*|ubi\d*|linux)(?:$|[-_.])`

# The builds that a tag contains in full. In a repository that also has other images, 10.0.12345 can be the version of an
# app, so the build must be a known one.
_full_builds(name, releases, tag) := {build |
	count(releases) > 0
	some [_, build] in regex.find_all_string_submatch_n(`(?:^|-)(10\.0\.\d{5})\b`, replace(tag, "_", "-"), -1)
	_exists(build, name)
}

_exists(build, _) if known_builds.windows_server[build]

_exists(_, name) if _listed(name, known_images.windows_only, object.keys(known_images.windows_only_below))

_number("") := 0

_number(digits) := to_number(digits) if digits != ""
