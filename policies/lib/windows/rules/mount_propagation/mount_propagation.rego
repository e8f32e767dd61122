# METADATA
# title: Mount propagation
# description: |
#   Windows cannot propagate mounts between host and container. The kubelet treats every mountPropagation as None, so
#   later mounts do not appear. Bidirectional needs a privileged container, so the API server rejects the pod. It accepts
#   a privileged container only if the pod does not declare its OS.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod
#     description: Field compatibility for Pod specifications
#   - ref: https://kubernetes.io/docs/concepts/storage/volumes/#mount-propagation
#     description: Mount propagation
# custom:
#   id: mount-propagation
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [apiserver, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Remove mountPropagation.
#   symptoms:
#     - Bidirectional mount propagation is available only to privileged containers
#   needs: [mountPropagation]
#   fields: ["spec.{initContainers,containers,ephemeralContainers}[*].volumeMounts[*].mountPropagation"]
package lib.windows.rules.mount_propagation

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.result

# The API server reports the path of this field without the index of the mount.
finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": "Only a privileged container can have Bidirectional, so the API server rejects the pod. Remove it.",
	"enforcedBy": "apiserver",
	"fix": fix.remove(field),
}) if {
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	mount.mountPropagation == "Bidirectional"
	not _accepted(container)
	field := _field(container, index)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"container": container.name,
	"says": "Windows does not propagate mounts, so the kubelet ignores the field. Remove the field.",
	"enforcedBy": "advice",
	"fix": fix.remove(field),
}) if {
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	_ignored(container, mount.mountPropagation)
	field := _field(container, index)
}

_ignored(_, "HostToContainer")

_ignored(container, "Bidirectional") if _accepted(container)

# Whether the API server accepts Bidirectional: it does not know that the pod is for Windows.
_accepted(container) if {
	not os.declared
	container.spec.securityContext.privileged == true
}

_field(container, index) := containers.field(container, sprintf("volumeMounts[%d].mountPropagation", [index]))
