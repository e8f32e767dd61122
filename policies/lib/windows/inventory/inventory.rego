# METADATA
# title: The other known objects
# description: |
#   The objects beside the one that is judged: Gatekeeper's replicated objects (data.inventory) and the objects of the
#   run. `check` and conftest --combine put the objects of the run at data.lib.windows.run, as {kind: [object]}. Only the
#   referential template contains this package. In other templates an import of it is undefined, and so is every rule
#   that depends on it.
package lib.windows.inventory

import data.lib.windows.run
import data.lib.windows.subject

# The RuntimeClasses of the cluster, by name, as whole objects. The RuntimeClasses of a run are in the configuration
# instead, because every template can read them there.
runtime_classes := _cluster["node.k8s.io/v1"].RuntimeClass

# The Nodes of the run and of the cluster: a set of objects.
nodes contains node if some node in run.Node

nodes contains node if some node in _cluster.v1.Node

# The objects with a PodSpec, by namespace: sets of objects. The namespace is "" if a manifest names none. Ask for
# workloads["shop"] to read only the objects of that namespace.
workloads[namespace] contains workload if {
	some kind in _pod_kinds
	some workload in run[kind]
	namespace := _namespace(workload)
}

workloads[namespace] contains workload if {
	some namespace, versions in _namespaces
	some version, kinds in subject.pod_kinds
	some kind, _ in kinds
	some workload in versions[version][kind]
}

# Gatekeeper rejects `import data.inventory` but accepts these references.
_cluster := data.inventory.cluster

_namespaces := data.inventory.namespace

_pod_kinds contains kind if {
	some kinds in subject.pod_kinds
	some kind, _ in kinds
}

_namespace(workload) := workload.metadata.namespace if {
	is_string(workload.metadata.namespace)
} else := ""
