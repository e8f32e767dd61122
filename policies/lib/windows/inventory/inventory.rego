# METADATA
# title: The other objects that are known
# description: |
#   What stands beside the object that is judged: Gatekeeper's replicated objects, data.inventory, and the objects of the
#   run, which `check` and conftest --combine put at data.lib.windows.run as {kind: [object]}. Only the referential
#   template holds this package; in the others an import of it is undefined, and so is all that depends on it.
package lib.windows.inventory

import data.lib.windows.run
import data.lib.windows.subject

# The RuntimeClasses of the cluster, by name: {"handler", "scheduling"} and the rest of the object. Those of a run stand
# in the configuration, where all templates see them.
runtime_classes := _cluster["node.k8s.io/v1"].RuntimeClass

# Every Node, as the object.
nodes contains node if some node in run.Node

nodes contains node if some node in _cluster.v1.Node

# The objects that carry a pod, by namespace ("" where a manifest names none): each the object. workloads["shop"] are
# those of one namespace, and no others are looked at.
workloads[namespace] contains object if {
	some kind in _pod_kinds
	some object in run[kind]
	namespace := _namespace(object)
}

workloads[namespace] contains object if {
	some namespace, versions in _namespaces
	some version, kinds in subject.pod_kinds
	some kind, _ in kinds
	some object in versions[version][kind]
}

# Gatekeeper refuses an import of data.inventory, and takes these references.
_cluster := data.inventory.cluster

_namespaces := data.inventory.namespace

_pod_kinds contains kind if some kind, _ in subject.pod_kinds[_]

_namespace(object) := object.metadata.namespace if {
	is_string(object.metadata.namespace)
} else := ""
