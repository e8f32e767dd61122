# METADATA
# title: All containers of a pod
# description: |
#   Init, ordinary and ephemeral containers alike, as the API server walks them (k8s.io/kubernetes/pkg/apis/core/pods,
#   VisitContainersWithPath).
package lib.windows.containers

import data.lib.windows.subject

# Every container as {"name", "list", "index", "spec"}: name is always defined (a container without one is called by its
# place, "containers[0]"), list is the field it stands in, spec the container itself.
all contains {"name": spec.name, "list": list, "index": index, "spec": spec} if {
	pod := subject.pod
	some list in ["initContainers", "containers", "ephemeralContainers"]
	some index, spec in pod[list]
	is_string(spec.name)
}

all contains {"name": sprintf("%s[%d]", [list, index]), "list": list, "index": index, "spec": spec} if {
	pod := subject.pod
	some list in ["initContainers", "containers", "ephemeralContainers"]
	some index, spec in pod[list]
	is_object(spec)
	not is_string(object.get(spec, "name", null))
}

# The API server's path of a field of the container: "spec.containers[0].securityContext.privileged".
field(container, name) := sprintf("%s.%s", [place(container), name])

# The path of the container itself: "spec.containers[0]".
place(container) := sprintf("%s.%s[%d]", [subject.pod_spec_field, container.list, container.index])
