# METADATA
# title: Effective windowsOptions
# description: |
#   A value of the container overrides the value of the pod, field by field. The two gMSA fields are overridden together
#   (k8s.io/kubernetes/pkg/securitycontext, DetermineEffectiveSecurityContext).
package lib.windows.options

import data.lib.windows.containers
import data.lib.windows.field
import data.lib.windows.os
import data.lib.windows.subject

# The windowsOptions of the pod itself: an object, {} if there are none.
default pod := {}

pod := subject.pod.securityContext.windowsOptions if is_object(subject.pod.securityContext.windowsOptions)

# The windowsOptions of a container (as in lib.windows.containers): an object, {} if there are none.
own(container) := container.spec.securityContext.windowsOptions if {
	is_object(container.spec.securityContext.windowsOptions)
} else := {}

# The effective value of a field for a container, such as value(container, "runAsUserName"); null if neither the container
# nor the pod sets it.
value(container, name) := found if {
	found := container.spec.securityContext.windowsOptions[name]
	found != null
} else := null if {
	name in _gmsa
	_has_own_gmsa(container)
} else := object.get(pod, name, null)

# Whether the pod or one of its containers has windowsOptions: a cheap test for the `applies` of a rule about any OS.
anywhere if subject.pod.securityContext.windowsOptions

anywhere if {
	pod := subject.pod
	some list in containers.lists
	pod[list][_].securityContext.windowsOptions
}

# All windowsOptions that are set: a set of {"field": their path, "at": {"container": its name}, or {} for those of the
# pod, "options": the object}.
entries contains {"field": field, "at": {}, "options": options} if {
	options := subject.pod.securityContext.windowsOptions
	is_object(options)
	field := subject.pod_field("securityContext.windowsOptions")
}

entries contains {"field": field, "at": {"container": container.name}, "options": options} if {
	some container in containers.of_pod
	options := container.spec.securityContext.windowsOptions
	is_object(options)
	field := containers.field(container, "securityContext.windowsOptions")
}

# The containers that are HostProcess by their effective windowsOptions: a set, as in lib.windows.containers.
host_process contains container if {
	os.host_process # a cheap test that stops here for most pods
	some container in containers.of_pod
	value(container, "hostProcess") == true
}

# The effective runAsNonRoot of a container; null if neither the container nor the pod sets it.
run_as_non_root(container) := container.spec.securityContext.runAsNonRoot if {
	container.spec.securityContext.runAsNonRoot != null
} else := object.get(subject.pod, ["securityContext", "runAsNonRoot"], null)

_gmsa := {"gmsaCredentialSpec", "gmsaCredentialSpecName"}

_has_own_gmsa(container) if {
	some name in _gmsa
	own(container)[name] != null
}

# The place that sets an effective value, as the first keys of a finding: {"field", "container"} if the container sets it,
# otherwise {"field"} of the pod, which is the same for all its containers. name is a path below securityContext.
set_at(container, name) := {"field": containers.field(container, path), "container": container.name} if {
	path := concat(".", ["securityContext", name])
	field.value(container.spec, path) != null
} else := {"field": subject.pod_field(concat(".", ["securityContext", name]))}
