# METADATA
# title: Mount propagation
# description: |
#   Windows cannot propagate mounts between host and container. The kubelet treats every mountPropagation as None, so
#   later mounts do not appear. Bidirectional needs a privileged container, which a pod with spec.os.name windows cannot
#   have. The API server therefore rejects the pod.
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
	"says": "Windows has no privileged containers, so the API server rejects Bidirectional. Remove it.",
	"enforcedBy": "apiserver",
	"fix": fix.remove(field),
}) if {
	os.declared
	some container in containers.of_pod
	some index, mount in container.spec.volumeMounts
	mount.mountPropagation == "Bidirectional"
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
	mount.mountPropagation in _ignored
	field := _field(container, index)
}

_ignored contains "HostToContainer"

_ignored contains "Bidirectional" if not os.declared

_field(container, index) := containers.field(container, sprintf("volumeMounts[%d].mountPropagation", [index]))
