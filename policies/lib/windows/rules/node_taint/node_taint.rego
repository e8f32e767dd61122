# METADATA
# title: The taint of Windows nodes
# description: |
#   Where Windows nodes are tainted, pods that name no OS stay on Linux. One Windows node without the taint draws every
#   such pod that finds no better place, and it cannot run there; a Linux node with it keeps Linux pods away. Only what
#   the configuration declares, or the platform does by default, is asked for.
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
#   remedy: Register Windows nodes with the taint, and no others.
#   symptoms:
#     - Linux pods land on Windows nodes
#     - ErrImagePull
#     - no match for platform in manifest
#     - node(s) had untolerated taint(s)
#   kinds:
#     - apiGroups: ['']
#       kinds: [Node]
#   fields: [spec.taints]
package lib.windows.rules.node_taint

import data.lib.windows.nodes
import data.lib.windows.result
import data.lib.windows.settings

applies if {
	nodes.node
	count(settings.taints) > 0
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "spec.taints",
	"says": sprintf("a Windows node without the taint %s=%s:%s, so pods that name no OS land on it; add it", [
		declared.key,
		declared.value,
		declared.effect,
	]),
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	nodes.windows
	declared := settings.taints[0]
	count(_found) == 0
}

finding contains result.warn(rego.metadata.chain(), {
	"field": sprintf("spec.taints[%d]", [i]),
	"says": "the taint of Windows nodes on a Linux one, which keeps Linux pods away from it; remove it",
	"enforcedBy": "scheduler",
	"because": nodes.because,
}) if {
	nodes.evidence.os == "linux"
	some i in _found
}

# Which taints of the node are those that Windows nodes carry.
_found contains i if {
	some i, taint in nodes.node.spec.taints
	some declared in settings.taints
	taint.key == declared.key
	taint.effect == declared.effect
	object.get(taint, "value", "") == declared.value
}
