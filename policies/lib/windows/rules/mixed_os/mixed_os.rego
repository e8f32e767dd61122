# METADATA
# title: Images of one OS in one pod
# description: |
#   All containers of a pod run on one node, and an image for another OS has nothing in it that the node's runtime could
#   start; the pull already fails. That goes for the container that kubectl debug adds too. What an image is for has to
#   be certain: images of both, and those that nothing is known of, are never judged. A word in a tag that may mean
#   something else, and a RuntimeClass that is not known, make it a warning.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#api
#     description: Windows containers in Kubernetes
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Ensuring OS-specific workloads land on the appropriate container host
# custom:
#   id: mixed-os
#   category: placement
#   severities: [deny, warn]
#   yieldsTo: [os-conflict]
#   enforcedBy: [runtime]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   remedy: Use images for the OS of the pod, and a pod of its own for each OS.
#   symptoms:
#     - ErrImagePull
#     - ImagePullBackOff
#     - no match for platform in manifest
#   appliesBy: [image]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].image
#   parameters:
#     windowsImages:
#       type: array
#       items: {type: string}
#       description: Repositories of your own that hold Windows images alone, with the registry; * stands for a part of a path, ** for many.
#       default: []
#     linuxImages:
#       type: array
#       items: {type: string}
#       description: Repositories of your own that hold Linux images alone, in the same form.
#       default: []
package lib.windows.rules.mixed_os

import data.lib.windows.containers
import data.lib.windows.images
import data.lib.windows.images_data
import data.lib.windows.isolation
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.runtime_classes

# Of pods that are not for Windows only those in which an image looks as if it were.
applies if images.any_looks_windows

applies if {
	parameters.given(rego.metadata.chain())
	count(_parameters.windowsImages) > 0
}

finding contains result.deny(rego.metadata.chain(), _about(image)) if {
	some image in _strangers
	_certain(image)
}

finding contains result.warn(rego.metadata.chain(), _about(image)) if {
	some image in _strangers
	not _certain(image)
}

_about(image) := {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": image.says,
	"enforcedBy": "runtime",
}

_parameters := parameters.of(rego.metadata.chain())

# The images that are for another OS than their pod: {"container", "os", "says"}.
_strangers contains object.union(image, {"says": _remedies[image.os]}) if {
	name := os.name
	some container in containers.all
	not _at_home(container.spec.image, name)
	image := {"container": container, "os": _os(container.spec.image)}
	image.os != name
	not isolation.linux_containers
}

# Where nothing tells the pod's OS, Windows is what the author of a Windows image meant.
_strangers contains object.union(image, {"says": "an image for Linux beside one for Windows; a pod has one OS, use two pods"}) if {
	not os.name
	some image in _images
	image.os == "linux"
	some other in _images
	other.os == "windows"
}

# What needs no look at the rest of its name, as long as the configuration does not say otherwise.
_at_home(image, "windows") if {
	strings.any_prefix_match(image, images_data.windows_only_below)
	_parameters.linuxImages == []
}

_remedies := {
	"linux": "an image for Linux, in a pod for Windows; use one for Windows, or another pod",
	"windows": "an image for Windows, in a pod for Linux; use one for Linux, or another pod",
}

# A class that is not known may run Linux containers on a Windows node.
_certain(image) if {
	os.name
	not runtime_classes.unknown
	_without_doubt(image)
}

_certain(image) if {
	_without_doubt(image)
	some other in _images
	other.os != image.os
	_without_doubt(other)
}

_without_doubt(image) if images.certain(image.container.spec.image)

_without_doubt(image) if _listed(image.container.spec.image)

# The images whose OS is known: {"container", "os"}.
_images contains {"container": container, "os": _os(container.spec.image)} if some container in containers.all

_os(image) := "windows" if {
	some repositories in _parameters.windowsImages
	_of(repositories, image)
} else := "linux" if {
	some repositories in _parameters.linuxImages
	_of(repositories, image)
} else := images.os(image)

_listed(image) if {
	some list in ["windowsImages", "linuxImages"]
	_of(_parameters[list][_], image)
}

_of(repositories, image) if glob.match(repositories, ["/"], images.facts(image).name)
