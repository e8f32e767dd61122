# METADATA
# title: Images that can be pulled and are supported
# description: |
#   Microsoft removed the tag latest from its base images in April 2019. A reference with that tag, or without a tag, is
#   therefore not found. A base image whose support has ended gets no updates, and Kubernetes does not support nodes of
#   its version. The base image for HostProcess containers contains no operating system, so other containers do not
#   start from it. The rule judges support by the date of its own data, not by the clock. It does not judge an image
#   that names no Windows version.
# related_resources:
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/deploy-containers/base-image-lifecycle
#     description: Base image servicing lifecycles
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#windows-os-version-support
#     description: Windows OS version compatibility
# custom:
#   id: image-reference
#   category: restrictions
#   severities: [deny, warn]
#   needs: [images.telling]
#   enforcedBy: [runtime, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Name a tag of a supported Windows version, for example ltsc2022, or a digest.
#   symptoms:
#     - ErrImagePull
#     - ImagePullBackOff
#     - manifest unknown
#   fields:
#     - spec.{initContainers,containers,ephemeralContainers}[*].image
#   parameters:
#     supportedBuilds:
#       type: array
#       items: {type: string}
#       description: The Windows builds that images may have.
#       default: [10.0.17763, 10.0.20348, 10.0.26100]
package lib.windows.rules.image_reference

import data.lib.windows.containers
import data.lib.windows.data.builds as known_builds
import data.lib.windows.data.images as known_images
import data.lib.windows.images
import data.lib.windows.isolation
import data.lib.windows.node_support
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.settings

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": "Microsoft removed the tag latest from this image, so the pull fails. Name a version, for example ltsc2022.",
	"enforcedBy": "runtime",
}) if {
	some container in containers.of_pod
	endswith(container.spec.image, ":latest") # cheap, and true for few images
	image := {"container": container, "facts": images.facts(container.spec.image)}
	_without_version(image)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": "Without a tag the runtime pulls latest, which this image does not have. Name a version, for example ltsc2022.",
	"enforcedBy": "runtime",
}) if {
	some image in _images
	image.facts.tag == ""
	_without_version(image)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": sprintf("%s. %s", [_unsupported(build), _supported_image]),
	"enforcedBy": "advice",
}) if {
	not os.host_process
	some image in _images
	count(image.facts.builds) == 1
	some build in image.facts.builds
	not build in _parameters.supportedBuilds
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": sprintf("%s, and no other node runs this image. Use a later release.", [min(reasons)]),
	"enforcedBy": "advice",
}) if {
	settings.document.platform # most clusters stop here
	not os.host_process
	isolation.process
	not parameters.given(rego.metadata.chain())
	some image in _images
	count(image.facts.builds) == 1
	some build in image.facts.builds
	build in _parameters.supportedBuilds
	hosts := images.hosts(build)
	reasons := {reason | some host in hosts; reason := node_support.ended(host, "")}
	count(reasons) == count(hosts)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": "This image has no operating system, so only HostProcess containers start from it. Use another base image.",
	"enforcedBy": "runtime",
}) if {
	not os.host_process
	some image in _images
	images.host_process_only(image.container.spec.image)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": containers.field(image.container, "image"),
	"container": image.container.name,
	"says": sprintf("Docker Hub gets no updates of this image and may not have it. Use %s.", [place]),
	"enforcedBy": "runtime",
}) if {
	some image in _images
	place := known_images.moved[image.facts.name].to
}

default _supported_image := "Use ltsc2022 or later."

_supported_image := "Use a build that the configuration supports." if parameters.given(rego.metadata.chain())

_parameters := parameters.of(rego.metadata.chain())

# The images of the containers about which something is known, as {"container", "facts"}.
_images contains {"container": container, "facts": facts} if {
	some container in containers.of_pod
	facts := images.facts(container.spec.image)
	facts != {}
}

# True if the runtime pulls the image by its tag, and the repository has no tag latest.
_without_version(image) if {
	known_images.without_latest[image.facts.name]
	image.facts.digest == ""
	not image.container.spec.imagePullPolicy == "Never"
}

_unsupported(build) := sprintf("Support for Windows build %s ended on %s, so this image gets no updates", [build, known.supportEnds]) if {
	known := known_builds.windows_server[build]
	known.supportEnds <= known_builds.sources[known.source].asOf # never the clock: the same input gives the same finding
} else := sprintf("This image is for Windows build %s, which is not supported", [build])
