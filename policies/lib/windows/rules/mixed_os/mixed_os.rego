# METADATA
# title: Images of one OS in one pod
# description: |
#   All containers of a pod run on one node, and an image for another OS does not run there: the pull already fails.
#   This is also true of the containers that kubectl debug and webhooks add. The rule never judges an unknown image or
#   an image for both OSes. The finding is a warning if its only evidence is a word in a tag, or if the RuntimeClass is
#   unknown. If a webhook injected the container, this finding replaces every warning and note about it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#api
#     description: Windows containers in Kubernetes
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Ensuring OS-specific workloads land on the appropriate container host
# custom:
#   id: mixed-os
#   category: placement
#   severities: [deny, warn]
#   needs: [images.telling]
#   yieldsTo: [os-conflict]
#   enforcedBy: [runtime]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   outranks: true
#   remedy: Use images for the OS of the pod, use a separate pod for each OS, and turn off the injection of Linux containers.
#   symptoms:
#     - ErrImagePull
#     - ImagePullBackOff
#     - no match for platform in manifest
#     - no matching manifest for windows/amd64
#   appliesBy: [image]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].image
#   parameters:
#     windowsImages:
#       type: array
#       items: {type: string}
#       description: Your repositories that hold only Windows images, including the registry; * matches a part of a path, ** several parts.
#       default: []
#     linuxImages:
#       type: array
#       items: {type: string}
#       description: Your repositories that hold only Linux images, in the same form.
#       default: []
package lib.windows.rules.mixed_os

import data.lib.windows.containers
import data.lib.windows.data.images as known_images
import data.lib.windows.images
import data.lib.windows.isolation
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.runtime_classes

# If the pod is not for Windows, the rule judges it only if an image looks like a Windows image.
applies if images.any_looks_windows

applies if {
	parameters.given(rego.metadata.chain())
	count(_parameters.windowsImages) > 0
}

finding contains result.deny(rego.metadata.chain(), _about(image)) if {
	some image in _mismatched
	_certain(image)
}

finding contains result.warn(rego.metadata.chain(), _about(image)) if {
	some image in _mismatched
	not _certain(image)
}

_about(image) := {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": _says(image),
	"enforcedBy": "runtime",
}

_parameters := parameters.of(rego.metadata.chain())

# The images whose OS differs from the OS of their pod: {"container", "os"}.
_mismatched contains image if {
	name := os.name
	not isolation.linux_containers
	some container in containers.of_pod
	not _windows_only(container.spec.image, name)
	image := {"container": container, "os": _os(container.spec.image)}
	image.os != name
}

# If nothing shows the OS of the pod, the author of a Windows image means Windows.
_mismatched contains image if {
	not os.name
	"windows" in _systems
	some image in _images
	image.os == "linux"
}

# The OSes of the images. One set for all images, so that no image asks about every other one.
_systems contains image.os if some image in _images

# A cheap check for Windows images. It is valid only if the configuration names no Linux images.
_windows_only(image, "windows") if {
	strings.any_prefix_match(image, object.keys(known_images.windows_only_below))
	_parameters.linuxImages == []
}

# What is wrong, what happens, and the repair.
_says(image) := "A webhook injected this container, but Windows nodes cannot pull its Linux image. Turn the injection off for this pod." if {
	images.injected(image.container.spec.image)
} else := sprintf("%s for Linux and another one for Windows, and no node runs both. Use a separate pod for each OS.", [_seems(image)]) if {
	not os.name
} else := sprintf("%s for %s%s on a %s node. Use an image for %s, or a separate pod.", [_seems(image), this, _so, other, other]) if {
	this := _titles[image.os]
	some other in _titles
	other != this
}

_seems(image) := "This image is" if {
	_certain_os(image)
} else := "This image seems to be"

default _so := ", so the pull fails"

_so := ". Unless the RuntimeClass runs it, the pull fails" if runtime_classes.unknown

_titles := {"linux": "Linux", "windows": "Windows"}

# An unknown RuntimeClass may run Linux containers on a Windows node.
_certain(image) if {
	os.name
	not runtime_classes.unknown
	_certain_os(image)
}

_certain(image) if {
	_certain_os(image)
	some other in _certain_systems
	other != image.os
}

# The OSes of the images whose OS is certain.
_certain_systems contains image.os if {
	some image in _images
	_certain_os(image)
}

_certain_os(image) if images.certain(image.container.spec.image)

_certain_os(image) if _listed(image.container.spec.image)

# The images whose OS is known: {"container", "os"}.
_images contains {"container": container, "os": _os(container.spec.image)} if some container in containers.of_pod

_os(image) := "windows" if {
	some pattern in _parameters.windowsImages
	_matches(pattern, image)
} else := "linux" if {
	some pattern in _parameters.linuxImages
	_matches(pattern, image)
} else := images.os(image)

_listed(image) if {
	some list in ["windowsImages", "linuxImages"]
	some pattern in _parameters[list]
	_matches(pattern, image)
}

# Whether the repository of the image matches a pattern of the configuration.
_matches(pattern, image) if glob.match(pattern, ["/"], images.facts(image).name)
