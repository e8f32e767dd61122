# METADATA
# title: Fields for Linux pods only
# description: |
#   Exactly the fields that the API server rejects if spec.os.name is windows. Most fields count with any value, even
#   false, 0 and {}. hostPID and hostIPC count only if true, sysctls only if not empty
#   (k8s.io/kubernetes/pkg/apis/core/validation, validateWindows, v1.37.2).
package lib.windows.linux_only

import data.lib.windows.containers
import data.lib.windows.subject

# The names of the set PodSpec fields that share a namespace with the host or between containers.
namespaces contains "hostIPC" if subject.pod.hostIPC == true

namespaces contains "hostPID" if subject.pod.hostPID == true

namespaces contains "hostUsers" if subject.pod.hostUsers != null

namespaces contains "shareProcessNamespace" if subject.pod.shareProcessNamespace != null

# The names of the set Linux fields of the pod's securityContext.
of_pod contains name if {
	some name in (object.keys(subject.pod.securityContext) & pod_fields)
	value := subject.pod.securityContext[name]
	value != null
	not _without_effect(name, value)
}

# The set Linux fields of the containers' securityContexts: a set of {"container": as in lib.windows.containers, "name"}.
of_containers contains {"container": container, "name": name} if {
	some container in containers.of_pod
	some name in (object.keys(container.spec.securityContext) & container_fields)
	container.spec.securityContext[name] != null
}

# The paths of all set fields that only Linux pods can have, pod-level resources included.
set_fields contains subject.pod_field(name) if some name in namespaces

set_fields contains subject.pod_field("resources") if subject.pod.resources != null

set_fields contains subject.pod_field(concat(".", ["securityContext", name])) if some name in of_pod

set_fields contains containers.field(entry.container, concat(".", ["securityContext", entry.name])) if {
	some entry in of_containers
}

# The fields of PodSecurityContext for Linux pods only.
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

# The fields of a container's SecurityContext for Linux pods only.
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
