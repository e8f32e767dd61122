# METADATA
# title: Images that start on the pod's nodes
# description: |
#   With process isolation a container shares the kernel of its node, so the Windows version of its image has to fit
#   the node's: equal up to Windows Server 2019, from 2022 on also the long-term release before it. Otherwise containerd
#   finds no image for its platform. All containers of a pod run on one node, so their images have to fit each other
#   too; of several builds that the pod selects, every one has to run them. HostProcess containers and Hyper-V isolation are free of it. An image that names no version, or a digest, is
#   not judged, and neither is a class or a build that is not known.
# related_resources:
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/version-compatibility
#     description: Windows container version compatibility
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#windows-os-version-support
#     description: Windows OS version compatibility
# custom:
#   id: image-build
#   category: placement
#   severities: [deny, warn]
#   enforcedBy: [runtime]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   remedy: Use an image of the Windows version that the pod selects, the same in all containers.
#   symptoms:
#     - ContainerCreating
#     - CreateContainerError
#     - The container operating system does not match the host operating system.
#     - '0xc0370101'
#     - no match for platform in manifest
#   appliesBy: [image]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].image
#     - spec.nodeSelector
#     - spec.affinity.nodeAffinity
#     - spec.runtimeClassName
#   parameters:
#     strictMatch:
#       type: boolean
#       description: Whether image and node must have the same build, as Kubernetes documents it and older versions of containerd demand it.
#       default: false
package lib.windows.rules.image_build

import data.lib.windows.containers
import data.lib.windows.images
import data.lib.windows.images_data
import data.lib.windows.isolation
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result

# Nothing has to say that the pod is for Windows where no node runs its images together.
applies if {
	not os.name
	images.any_looks_windows
}

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": sprintf("of Windows build %s, does not start on nodes of %s; match them", [image.build, _few(_nodes)]),
	"enforcedBy": "runtime",
	"because": min({pin.because | some pin in placement.builds}),
}) if {
	count(placement.builds) > 0
	some image in _images
	count(image.nodes) == 0
}

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": sprintf("of Windows build %s, no node runs it beside the one of %s; match them", [image.build, first.build]),
	"enforcedBy": "runtime",
}) if {
	count(_builds) > 1
	first := _fitting[0]
	some image in _fitting
	count(image.nodes & first.nodes) == 0
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": sprintf("of Windows build %s, does not start on nodes of %s; select only what runs it", [image.build, _few(unfit)]),
	"enforcedBy": "runtime",
	"because": min({pin.because | some pin in placement.builds}),
}) if {
	count(placement.builds) > 0
	count(intersection({image.nodes | some image in _fitting})) > 0 # or no node runs them together, which is said already
	some image in _fitting
	unfit := _nodes - image.nodes
	count(unfit) > 0
}

_parameters := parameters.of(rego.metadata.chain())

# The builds of the nodes that the pod can land on, {} where that is not known.
_nodes := nodes if {
	nodes := placement.agreed(placement.builds)
	nodes - object.keys(images_data.runs_on) == set()
} else := set() if {
	count(placement.builds) > 0
} else := object.keys(images_data.runs_on)

# The images whose build is certain, in the order of their fields: {"container", "build", "nodes": those of the pod's
# nodes that it starts on}.
_images := [placed[2] | some placed in sort(_placed)] if {
	_judgeable
	count(_nodes) > 0
} else := []

_judgeable if {
	not os.host_process
	not os.name == "linux"
	isolation.process
}

_placed contains [_rank[container.list], container.index, {
	"container": container,
	"build": build,
	"nodes": _hosts(build) & _nodes,
}] if {
	some container in containers.all
	build := images.certain_build(container.spec.image)
}

# The builds that are certain, of all images.
_builds contains images.certain_build(container.spec.image) if some container in containers.all

_rank := {"initContainers": 0, "containers": 1, "ephemeralContainers": 2}

_hosts(build) := {build} if {
	_parameters.strictMatch
} else := images.hosts(build)

_fitting := [image | some image in _images; count(image.nodes) > 0]

# A message has little room.
_few(builds) := concat(" or ", sort(builds)) if {
	count(builds) <= 3
} else := "the builds that are selected"
