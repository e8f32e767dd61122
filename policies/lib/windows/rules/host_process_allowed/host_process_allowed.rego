# METADATA
# title: Who may use HostProcess containers
# description: |
#   A HostProcess container has all rights of its account on the node, so it replaces a privileged container. Two
#   parameters limit the namespaces and the images that may run as HostProcess containers. Without them the rule finds
#   nothing.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/
#     description: Create a Windows HostProcess Pod
#   - ref: https://kubernetes.io/docs/concepts/security/pod-security-standards/
#     description: Pod Security Standards, which forbid HostProcess in baseline
# custom:
#   id: host-process-allowed
#   category: restrictions
#   severities: [deny]
#   enforcedBy: [advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Move the pod to a namespace that the configuration allows, or use an image that it allows.
#   needs: [hostProcess]
#   appliesBy: [windowsOptions]
#   fields:
#     - metadata.namespace
#     - spec.securityContext.windowsOptions.hostProcess
#     - spec.{initContainers,containers,ephemeralContainers}[*].{image,securityContext.windowsOptions.hostProcess}
#   parameters:
#     allowedNamespaces:
#       type: array
#       items: {type: string}
#       description: Globs of the namespaces where HostProcess containers may run. An empty list allows every namespace.
#       default: []
#     allowedImages:
#       type: array
#       items: {type: string}
#       description: Globs of the images that may run as HostProcess containers. The rule compares the reference as it is written. An empty list allows every image.
#       default: []
package lib.windows.rules.host_process_allowed

import data.lib.windows.containers
import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.subject

# The limits count whatever spec.os.name is.
applies if os.host_process

finding contains result.deny(rego.metadata.chain(), {
	"field": "metadata.namespace",
	"says": "The configuration allows no HostProcess containers in this namespace. Move the pod to one that it allows.",
	"enforcedBy": "advice",
	"because": _because,
}) if {
	count(_parameters.allowedNamespaces) > 0
	count(options.host_process) > 0
	is_string(subject.namespace)
	subject.namespace != ""
	not _matches(_parameters.allowedNamespaces, subject.namespace)
}

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(container, "image"),
	"container": container.name,
	"says": "The configuration does not allow this image as a HostProcess container. Use an image that it allows.",
	"enforcedBy": "advice",
	"because": _because,
}) if {
	count(_parameters.allowedImages) > 0
	some container in options.host_process
	is_string(container.spec.image)
	not _matches(_parameters.allowedImages, container.spec.image)
}

_because := "windowsOptions.hostProcess is true"

_parameters := parameters.of(rego.metadata.chain())

_matches(globs, text) if {
	some pattern in globs
	glob.match(pattern, null, text)
}
