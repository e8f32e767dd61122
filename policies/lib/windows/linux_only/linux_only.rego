# METADATA
# title: Fields that only Linux has
# description: |
#   What the API server refuses when spec.os.name is windows, and nothing but that, each with its own meaning of "set":
#   most count with any value, false, 0 and {} among them; hostPID and hostIPC only when true; sysctls when not empty
#   (k8s.io/kubernetes/pkg/apis/core/validation, validateWindows, v1.37.2).
package lib.windows.linux_only

import data.lib.windows.containers
import data.lib.windows.subject

# The names of the fields of the PodSpec that share a namespace with the host or between containers, and are set.
namespaces contains "hostIPC" if subject.pod.hostIPC == true

namespaces contains "hostPID" if subject.pod.hostPID == true

namespaces contains "hostUsers" if subject.pod.hostUsers != null

namespaces contains "shareProcessNamespace" if subject.pod.shareProcessNamespace != null

# The names of the fields of the pod's securityContext that are set.
of_pod contains name if {
	some name in (object.keys(subject.pod.securityContext) & pod_fields)
	value := subject.pod.securityContext[name]
	value != null
	not _without_effect(name, value)
}

# The fields of containers' securityContexts that are set, as {"container": one of containers.all, "name"}.
of_containers contains {"container": container, "name": name} if {
	some container in containers.all
	some name in (object.keys(container.spec.securityContext) & container_fields)
	container.spec.securityContext[name] != null
}

# The paths of all of them, and of the pod-level resources.
set_fields contains subject.pod_field(name) if some name in namespaces

set_fields contains subject.pod_field("resources") if subject.pod.resources != null

set_fields contains subject.pod_field(concat(".", ["securityContext", name])) if some name in of_pod

set_fields contains containers.field(entry.container, concat(".", ["securityContext", entry.name])) if {
	some entry in of_containers
}

# The fields of PodSecurityContext that only Linux has.
pod_fields := {
	"appArmorProfile",
	"fsGroup",
	"fsGroupChangePolicy",
	"runAsGroup",
	"runAsUser",
	"seLinuxChangePolicy",
	"seLinuxOptions",
	"seccompProfile",
	"supplementalGroups",
	"supplementalGroupsPolicy",
	"sysctls",
}

# The fields of a container's SecurityContext that only Linux has.
container_fields := {
	"allowPrivilegeEscalation",
	"appArmorProfile",
	"capabilities",
	"privileged",
	"procMount",
	"readOnlyRootFilesystem",
	"runAsGroup",
	"runAsUser",
	"seLinuxOptions",
	"seccompProfile",
}

_without_effect("sysctls", value) if count(value) == 0
