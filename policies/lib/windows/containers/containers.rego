# METADATA
# title: All containers of a pod
# description: |
#   Init containers, containers and ephemeral containers, in the API server's order
#   (k8s.io/kubernetes/pkg/apis/core/pods, VisitContainersWithPath).
package lib.windows.containers

import data.lib.windows.subject

# The fields of a PodSpec that list containers, in the API server's order. Only lib.windows.gate names them again. The
# generator writes the array into each template in the place of this name, so it costs nothing there. Use `lists` with
# subject.pod if a test must be cheap, and `of_pod` if you need the name or the path of a container.
lists := ["initContainers", "containers", "ephemeralContainers"]

# The containers of all three lists: a set of {"name", "list": the name of the field, "index": a number, "spec": the
# container as it stands in the pod}. name is always defined: "containers[0]" if the container has no name.
of_pod contains {"name": _name(spec, list, index), "list": list, "index": index, "spec": spec} if {
	some list in lists
	some index, spec in subject.pod[list]
}

# The path of a field of the container, as the API server writes it: field(container, "securityContext.privileged") is
# "spec.containers[0].securityContext.privileged". container is an element of `of_pod`.
field(container, name) := sprintf("%s.%s", [path(container), name])

# The path of the container itself, "spec.containers[0]". container is an element of `of_pod`.
path(container) := sprintf("%s.%s[%d]", [subject.pod_spec_field, container.list, container.index])

_name(spec, list, index) := spec.name if {
	is_string(spec.name)
} else := sprintf("%s[%d]", [list, index]) if {
	is_object(spec)
}
