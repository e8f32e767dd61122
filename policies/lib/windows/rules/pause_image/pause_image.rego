# METADATA
# title: Pause images for Windows
# description: |
#   A pause image in a pod needs a variant that runs on the node, as the sandbox image does. The images of
#   registry.k8s.io and of Microsoft have a variant for each Windows version since a certain release. A node from Windows
#   Server 2022 on also runs the variant of the previous long-term release, unless the builds must be equal. k8s.gcr.io
#   has been frozen since April 2023 and has no newer images.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#pause-container
#     description: Pause container
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/build/pause/CHANGELOG.md
#     description: The pause image's changelog
# custom:
#   id: pause-image
#   category: restrictions
#   severities: [warn]
#   needs: [images.telling]
#   enforcedBy: [runtime, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Use registry.k8s.io/pause, or mcr.microsoft.com/oss/kubernetes/pause if images must be signed by Microsoft.
#   symptoms:
#     - Failed to create pod sandbox … The container operating system does not match the host operating system.
#     - ContainerCreating
#     - FailedCreatePodSandBox
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].image
#   parameters:
#     repositories:
#       type: array
#       items: {type: string}
#       description: The repositories that pause images may come from, including your own mirrors.
#       default:
#         - registry.k8s.io/pause
#         - mcr.microsoft.com/oss/kubernetes/pause
#         - mcr.microsoft.com/oss/v2/kubernetes/pause
#     strictMatch:
#       type: boolean
#       description: Whether the variant and the node must have the same build. The parameter strictMatch of image-build also requires this.
#       default: false
package lib.windows.rules.pause_image

import data.lib.windows.containers
import data.lib.windows.data.builds as known_builds
import data.lib.windows.data.images as known_images
import data.lib.windows.fix
import data.lib.windows.images
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.settings

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": sprintf("%s has been frozen since April 2023 and gets no newer images. Use registry.k8s.io.", [images.facts(container.spec.image).registry]),
	"enforcedBy": "advice",
	"fix": _moved(field, container.spec.image),
}) if {
	some container in _pause_containers
	_frozen(container)
	field := containers.field(container, "image")
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "image"),
	"container": container.name,
	"says": sprintf("This pause image is not known to have a variant for Windows. Use %s.", [_allowed]),
	"enforcedBy": "advice",
}) if {
	some container in _pause_containers
	not _known(container)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "image"),
	"container": container.name,
	"says": sprintf("This pause image is too old for %s, so the container does not start there. Use version %s or later.", [_needed.for, _needed.version]),
	"enforcedBy": "runtime",
}) if {
	not os.host_process
	some container in _pause_containers
	_known(container)
	facts := images.facts(container.spec.image)
	facts.digest == ""
	images.version(facts.tag) < images.version(_needed.version)
}

# The fix that takes the image from the registry of today, unless the configuration allows other repositories only.
_moved(field, image) := fix.set(field, moved) if {
	moved := regex.replace(image, `^[^/]+`, "registry.k8s.io")
	images.facts(moved).name in _parameters.repositories
} else := []

# A repository that the parameters allow.
default _allowed := "another image"

_allowed := _parameters.repositories[0]

_parameters := parameters.of(rego.metadata.chain())

# The containers with an image whose name is exactly pause.
_pause_containers contains container if {
	some container in containers.of_pod
	is_string(container.spec.image)
	contains(container.spec.image, "pause")
	endswith(images.facts(container.spec.image).name, "/pause")
}

_frozen(container) if known_images.frozen_registries[images.facts(container.spec.image).registry]

_known(container) if images.facts(container.spec.image).name in _parameters.repositories

_known(container) if _frozen(container)

# The oldest pause version for the pod's nodes, as {"version", "for": a description of the nodes}. One of its variants
# runs on them.
_needed := {"version": min(_versions)[1], "for": concat(" ", ["Windows build", _build])} if {
	count(_versions) > 0
} else := {"version": known_images.pause_recommended["Windows nodes"].version, "for": "some Windows nodes"}

# The versions that are the first with a variant for the nodes, each with its numbers.
_versions contains [images.version(version), version] if {
	some build in _variants
	version := known_images.pause_versions[build].version
}

# The builds of the variants that run on the nodes.
_variants := [_build] if {
	_strict_match
} else := known_builds.runs_on[_build].containers

_strict_match if _parameters.strictMatch

_strict_match if settings.rules["image-build"].parameters.strictMatch == true

# The Windows build of the nodes for the pod. It is undefined if there is not exactly one.
_build := build if {
	builds := placement.agreed(placement.builds)
	count(builds) == 1
	some build in builds
}
