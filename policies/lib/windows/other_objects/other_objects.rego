# METADATA
# title: Which other objects are for Windows
# description: |
#   The Windows workloads and Windows nodes among the other known objects (lib.windows.inventory). All of this is empty in
#   templates without the inventory.
package lib.windows.other_objects

import data.lib.windows.inventory
import data.lib.windows.nodes as judged_node
import data.lib.windows.os
import data.lib.windows.subject

# The Windows workloads of a namespace whose pods match a selector: a set of kind and name, "Deployment web". selector is
# a map of labels; an empty one matches nothing.
windows_workloads(namespace, selector) := {named |
	count(selector) > 0
	some workload in inventory.workloads[namespace]
	object.subset(_labels(workload), selector)
	_for_windows(workload)
	named := concat(" ", [workload.kind, object.get(workload, ["metadata", "name"], "")])
}

# The names of all known nodes.
nodes contains node.metadata.name if some node in inventory.nodes

# The names of the known nodes that run Windows.
windows_nodes contains node.metadata.name if {
	some node in inventory.nodes
	judged_node.windows with input as _as_input(node)
}

_for_windows(workload) if os.windows with input as _as_input(workload)

_labels(workload) := labels if {
	labels := subject.pod_metadata.labels with input as _as_input(workload)
	is_object(labels)
} else := {}

# The input that makes the library judge another object. Gatekeeper's parameters are kept, because they contain the
# RuntimeClasses.
_as_input(other) := {"review": {"object": other}, "parameters": subject.parameters} if {
	subject.gatekeeper
} else := other
