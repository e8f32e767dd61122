# METADATA
# title: The taint of Windows nodes
# description: |
#   If Windows nodes have a taint, pods that name no OS stay on Linux nodes. A Windows node without the taint attracts
#   such pods, and they cannot run there. A Linux node with the taint keeps Linux pods away. The rule expects only the
#   taints that you declare, or that the platform sets by default.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#taints-and-tolerations
#     description: Taints and tolerations of Windows nodes
# custom:
#   id: node-taint
#   category: cluster
#   severities: [warn]
#   enforcedBy: [scheduler]
#   profiles: [placement]
#   since: 0.1.0
#   remedy: Register Windows nodes with the taint, and other nodes without it.
#   symptoms:
#     - Linux pods land on Windows nodes
#     - ErrImagePull
#     - no match for platform in manifest
#     - node(s) had untolerated taint
#     - 'node(s) had taint {…}, that the pod didn''t tolerate'
#   kinds:
#     - apiGroups: ['']
#       kinds: [Node]
#   fields: [spec.taints]
package lib.windows.rules.node_taint

import data.lib.windows.nodes
import data.lib.windows.result
import data.lib.windows.settings
import data.lib.windows.tolerations

applies if {
	nodes.node
	count(settings.taints) > 0
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "spec.taints",
	"says": sprintf(
		"The Windows node does not have the taint %s, so pods that select no OS land here and fail. Add the taint.",
		[tolerations.written(declared)],
	),
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	nodes.windows
	count(_found) == 0
	declared := settings.taints[0]
}

finding contains result.warn(rego.metadata.chain(), {
	"field": sprintf("spec.taints[%d]", [i]),
	"says": "A Linux node has the taint of Windows nodes, so Linux pods that do not tolerate the taint stay away. Remove the taint.",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	nodes.evidence.os == "linux"
	some i in _found
}

# The indexes of the node's taints that are declared for Windows nodes.
_found contains i if {
	some i, taint in nodes.node.spec.taints
	some declared in settings.taints
	tolerations.written(taint) == tolerations.written(declared)
}
