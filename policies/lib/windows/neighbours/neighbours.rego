# METADATA
# title: What the other objects are
# description: |
#   The inventory's objects, asked the same questions as the one that is judged: which workloads are for Windows, and which
#   nodes run it. It is empty in the templates that have no inventory.
package lib.windows.neighbours

import data.lib.windows.inventory
import data.lib.windows.nodes as the_node
import data.lib.windows.os
import data.lib.windows.subject

# The Windows workloads of a namespace whose pods a selector, a map of labels that is not empty, finds: each as its kind
# and name, "Deployment web".
windows_workloads(namespace, selector) := {named |
	count(selector) > 0
	some workload in inventory.workloads[namespace]
	object.subset(_labels(workload), selector)
	_for_windows(workload)
	named := concat(" ", [workload.kind, object.get(workload, ["metadata", "name"], "")])
}

# The nodes that are known, and those of them that run Windows, by name.
nodes contains node.metadata.name if some node in inventory.nodes

windows_nodes contains node.metadata.name if {
	some node in inventory.nodes
	the_node.windows with input as _as_input(node)
}

_for_windows(workload) if os.windows with input as _as_input(workload)

_labels(workload) := labels if {
	labels := subject.pod_metadata.labels with input as _as_input(workload)
	is_object(labels)
} else := {}

# The input that stands for another object: Gatekeeper's keeps the parameters, which know the RuntimeClasses.
_as_input(other) := {"review": {"object": other}, "parameters": subject.parameters} if {
	subject.gatekeeper
} else := other
