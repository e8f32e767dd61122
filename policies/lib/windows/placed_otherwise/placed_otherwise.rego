# METADATA
# title: What can place a pod besides selectors
# description: |
#   The scheduler also reads required pod affinity, topology spread constraints, resources and volumes. Each can leave only
#   Windows nodes, and nothing in the pod tells whether it does. Another scheduler, or the controller of a scheduling gate,
#   can place the pod as well.
package lib.windows.placed_otherwise

import data.lib.windows.containers
import data.lib.windows.node_affinity
import data.lib.windows.os_labels
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# What can place the pod, in words; undefined if nothing does.
by := "required pod affinity" if {
	count(subject.pod.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution) > 0
} else := "a resource claim" if {
	count(subject.pod.resourceClaims) > 0
} else := "an extended resource" if {
	_extended
} else := "a volume claim" if {
	some volume in subject.pod.volumes
	some name in ["persistentVolumeClaim", "ephemeral"]
	volume[name] != null
} else := "topology spread" if {
	some constraint in subject.pod.topologySpreadConstraints
	constraint.whenUnsatisfiable == "DoNotSchedule"
	not constraint.topologyKey in _of_every_node
} else := "a scheduling gate" if {
	count(subject.pod.schedulingGates) > 0
} else := "another scheduler" if {
	not object.get(subject.pod, "schedulerName", null) in {"", "default-scheduler", null}
}

# Whether a selector or required affinity requires a label that only some nodes have and that names no OS, such as the
# label of a node pool. Such nodes can all run Windows.
pooled if {
	some label, _ in subject.pod.nodeSelector
	not label in _general
}

pooled if {
	some label, _ in runtime_classes.of_pod.scheduling.nodeSelector
	not label in _general
}

pooled if {
	node_affinity.given
	every term in node_affinity.terms {
		_pools(term)
	}
}

_pools(term) if count(term.fields) > 0

_pools(term) if {
	some expression in term.expressions
	expression.operator in {"Exists", "Gt", "In", "Lt"}
	not expression.key in _general
}

# The labels that every node has, and those that name an OS.
_general := object.keys(os_labels.of_providers) | {
	"beta.kubernetes.io/arch",
	"beta.kubernetes.io/os",
	"failure-domain.beta.kubernetes.io/region",
	"failure-domain.beta.kubernetes.io/zone",
	"kubernetes.io/arch",
	"kubernetes.io/os",
	"node-role.kubernetes.io/control-plane",
	"node-role.kubernetes.io/master",
	"topology.kubernetes.io/region",
	"topology.kubernetes.io/zone",
}

# Whether a container needs a resource that only some nodes have, such as microsoft.com/directx. Resources of Kubernetes
# have no domain, or one of its own (k8s.io/kubernetes/pkg/apis/core/v1/helper, IsExtendedResourceName).
_extended if {
	pod := subject.pod
	some list in containers.lists
	some part in ["limits", "requests"]
	some container in pod[list]
	some name, amount in container.resources[part]
	contains(name, "/")
	not contains(name, "kubernetes.io/")
	not amount in {0, "0", null}
}

_of_every_node := {"kubernetes.io/hostname", "topology.kubernetes.io/region", "topology.kubernetes.io/zone"}
