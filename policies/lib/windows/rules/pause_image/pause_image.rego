# METADATA
# title: Pause images for Windows
# description: |
#   A pause image in a pod needs a variant for the Windows version of the node, as the sandbox image does. The images of
#   registry.k8s.io and of Microsoft have a variant for each Windows version since a certain release. k8s.gcr.io has
#   been frozen since April 2023 and has no newer images.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#pause-container
#     description: Pause container
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/build/pause/CHANGELOG.md
#     description: The pause image's changelog
# custom:
#   id: pause-image
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [runtime, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Use registry.k8s.io/pause, or mcr.microsoft.com/oss/kubernetes/pause if images must be signed by Microsoft.
#   symptoms:
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
package lib.windows.rules.pause_image

import data.lib.windows.containers
import data.lib.windows.data.images as known_images
import data.lib.windows.fix
import data.lib.windows.images
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": sprintf("%s is frozen since April 2023; use registry.k8s.io", [images.facts(container.spec.image).registry]),
	"enforcedBy": "advice",
	"fix": fix.set(field, regex.replace(container.spec.image, `^[^/]+`, "registry.k8s.io")),
}) if {
	some container in _pause_containers
	_frozen(container)
	field := containers.field(container, "image")
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "image"),
	"container": container.name,
	"says": "not known to have an image for Windows; use registry.k8s.io/pause",
	"enforcedBy": "advice",
}) if {
	some container in _pause_containers
	not _known(container)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(container, "image"),
	"container": container.name,
	"says": sprintf("too old for %s; use %s or later", [_needed.for, _needed.version]),
	"enforcedBy": "runtime",
}) if {
	not os.host_process
	some container in _pause_containers
	_known(container)
	facts := images.facts(container.spec.image)
	facts.digest == ""
	images.version(facts.tag) < images.version(_needed.version)
}

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

# The oldest pause version for the pod's nodes, as {"version", "for": a description of the nodes}.
_needed := {"version": version, "for": concat(" ", ["Windows build", _build])} if {
	version := known_images.pause_versions[_build].version
} else := {"version": known_images.pause_recommended["Windows nodes"].version, "for": "Windows nodes"}

# The Windows build of the nodes for the pod. It is undefined if there is not exactly one.
_build := build if {
	builds := placement.agreed(placement.builds)
	count(builds) == 1
	some build in builds
}
