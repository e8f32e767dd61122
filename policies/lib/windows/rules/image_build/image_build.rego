# METADATA
# title: Images that start on the pod's nodes
# description: |
#   With process isolation, a container shares the kernel of its node. The Windows version of its image must therefore
#   fit the version of the node. Up to Windows Server 2019 both versions must be equal. From Windows Server 2022 on, a
#   node also runs images of the previous long-term release. If the versions do not fit, containerd finds no image for
#   its platform. All containers of a pod run on one node, so their images must also fit each other. If the pod
#   selects several builds, each build must run the images. HostProcess containers and Hyper-V isolation have no such
#   limit. The label os-sku of AKS names the build too. The rule does not judge a digest, an image without a version, an unknown build or an unknown RuntimeClass.
# related_resources:
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/version-compatibility
#     description: Windows container version compatibility
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#windows-os-version-support
#     description: Windows OS version compatibility
# custom:
#   id: image-build
#   category: placement
#   severities: [deny, warn]
#   needs: [images.telling, placement.unusual]
#   enforcedBy: [runtime]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   remedy: Use images of the Windows version that the pod selects, with the same version in all containers.
#   symptoms:
#     - The container operating system does not match the host operating system.
#     - The operating system of the container does not match the operating system of the host.
#     - '0xc0370101'
#     - no match for platform in manifest
#     - ContainerCreating
#     - CreateContainerError
#   appliesBy: [image]
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].image
#     - spec.nodeSelector
#     - spec.affinity.nodeAffinity
#     - spec.runtimeClassName
#   parameters:
#     strictMatch:
#       type: boolean
#       description: Whether image and node must have the same build. Kubernetes documents this, and older versions of containerd require it.
#       default: false
package lib.windows.rules.image_build

import data.lib.windows.containers
import data.lib.windows.data.builds as known_builds
import data.lib.windows.images
import data.lib.windows.isolation
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result

# A pod of no known OS is wrong too if no node runs all of its images.
applies if {
	not os.name
	images.any_looks_windows
}

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": sprintf("The image is built for Windows %s and does not start on %s nodes. Match them.", [
		image.build,
		_shown(_nodes, "the selected"),
	]),
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
	"says": sprintf("The image is built for Windows %s, and no node runs it beside the image for %s. Match them.", [image.build, first.build]),
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
	"says": sprintf("The image is built for Windows %s and does not start on %s nodes. Select matching nodes.", [
		image.build,
		_shown(unfit, "some selected"),
	]),
	"enforcedBy": "runtime",
	"because": min({pin.because | some pin in placement.builds}),
}) if {
	count(placement.builds) > 0
	count(intersection({image.nodes | some image in _fitting})) > 0 # otherwise the rule above reports the images
	some image in _fitting
	unfit := _nodes - image.nodes
	count(unfit) > 0
}

_parameters := parameters.of(rego.metadata.chain())

# The builds of the nodes that the pod can land on. The set is empty if one of them is unknown.
_nodes := nodes if {
	nodes := placement.agreed(placement.builds)
	nodes - object.keys(known_builds.runs_on) == set()
} else := set() if {
	count(placement.builds) > 0
} else := object.keys(known_builds.runs_on)

default _images := []

# The images whose build is certain, in the order of their fields: {"container", "build", "nodes": the builds of the
# pod's nodes that the image starts on}.
_images := [placed[2] | some placed in sort(_placed)] if {
	_judgeable
	count(_nodes) > 0
}

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
	some container in containers.of_pod
	build := images.certain_build(container.spec.image)
}

# The builds of all images whose build is certain.
_builds contains images.certain_build(container.spec.image) if some container in containers.of_pod

_rank[list] := rank if some rank, list in containers.lists

# The node builds that run an image of this build.
_hosts(build) := {build} if {
	_parameters.strictMatch
} else := images.hosts(build)

# The images that start on at least one of the pod's nodes.
_fitting := [image | some image in _images; count(image.nodes) > 0]

# The builds as a message shows them. It has room for three; more are only summed up.
_shown(builds, summary) := concat(" or ", sort(builds)) if {
	count(builds) <= 3
} else := summary
