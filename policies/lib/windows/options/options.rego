# METADATA
# title: Effective windowsOptions
# description: |
#   A container's value stands before the pod's, field by field; the two gMSA fields go as a pair
#   (k8s.io/kubernetes/pkg/securitycontext, DetermineEffectiveSecurityContext).
package lib.windows.options

import data.lib.windows.containers
import data.lib.windows.field
import data.lib.windows.os
import data.lib.windows.subject

# What the pod itself says: {} where it says nothing.
default pod := {}

pod := subject.pod.securityContext.windowsOptions if is_object(subject.pod.securityContext.windowsOptions)

# What a container of containers.all says for itself: {} where it says nothing.
own(container) := container.spec.securityContext.windowsOptions if {
	is_object(container.spec.securityContext.windowsOptions)
} else := {}

# The value in force for a container, null where neither says one: value(container, "runAsUserName").
value(container, name) := found if {
	found := container.spec.securityContext.windowsOptions[name]
	found != null
} else := null if {
	name in _gmsa
	_has_own_gmsa(container)
} else := object.get(pod, name, null)

# Whether windowsOptions stand anywhere: a cheap question for the `applies` of a rule that judges them on any OS.
anywhere if subject.pod.securityContext.windowsOptions

anywhere if {
	spec := subject.pod
	some list in ["containers", "initContainers", "ephemeralContainers"]
	spec[list][_].securityContext.windowsOptions
}

# All windowsOptions that are set, as {"field": their path, "said": {"container": its name}, or {} of the pod's own,
# "options": what they say}.
all contains {"field": field, "said": {}, "options": options} if {
	options := subject.pod.securityContext.windowsOptions
	is_object(options)
	field := subject.pod_field("securityContext.windowsOptions")
}

all contains {"field": field, "said": {"container": container.name}, "options": options} if {
	some container in containers.all
	options := container.spec.securityContext.windowsOptions
	is_object(options)
	field := containers.field(container, "securityContext.windowsOptions")
}

# The HostProcess containers: those that say so, or say nothing in a pod that says so.
host_process contains container if {
	os.host_process # most pods have none, and need not be looked through
	some container in containers.all
	value(container, "hostProcess") == true
}

# The value of runAsNonRoot in force for a container, null where neither says one.
run_as_non_root(container) := container.spec.securityContext.runAsNonRoot if {
	container.spec.securityContext.runAsNonRoot != null
} else := object.get(subject.pod, ["securityContext", "runAsNonRoot"], null)

_gmsa := {"gmsaCredentialSpec", "gmsaCredentialSpecName"}

_has_own_gmsa(container) if {
	some name in _gmsa
	own(container)[name] != null
}

# Where a setting in force for a container is made, as the beginning of a finding: at the container, {"field",
# "container"}, or else at the pod, {"field"}, once for all of them. name is below securityContext.
said_at(container, name) := {"field": containers.field(container, path), "container": container.name} if {
	path := concat(".", ["securityContext", name])
	field.value(container.spec, path) != null
} else := {"field": subject.pod_field(concat(".", ["securityContext", name]))}
