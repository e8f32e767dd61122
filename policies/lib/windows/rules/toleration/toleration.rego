# METADATA
# title: A Windows pod that tolerates the taint of Windows nodes
# description: |
#   Where Windows nodes are tainted to keep Linux pods away, a Windows pod needs the toleration as well as the selector,
#   or it stays Pending. Which taint that is differs by platform, so the rule is silent until one is declared.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#taints-and-tolerations
#     description: Taints and tolerations
# custom:
#   id: toleration
#   category: placement
#   severities: [warn]
#   enforcedBy: [scheduler]
#   profiles: [placement]
#   yieldsTo: [os-conflict]
#   since: 0.1.0
#   remedy: Add the toleration for the taint of the cluster's Windows nodes, or a RuntimeClass that carries it.
#   symptoms:
#     - Pending
#     - FailedScheduling
#     - node(s) had untolerated taint(s)
#   fields: [spec.tolerations]
package lib.windows.rules.toleration

import data.lib.windows.fix
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject
import data.lib.windows.tolerations

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": sprintf("Windows nodes have the taint %s; tolerate it", [tolerations.written(taint)]),
	"enforcedBy": "scheduler",
	"fix": fix.append(field, {
		"effect": taint.effect,
		"key": taint.key,
		"operator": "Equal",
		"value": taint.value,
	}),
}) if {
	some taint in tolerations.repelling
	_met(taint)
	not tolerations.tolerated(taint)
	not runtime_classes.unknown
	field := subject.pod_field("tolerations")
}

# A pod that names its node never meets the scheduler, but is evicted all the same.
_met(_) if not subject.bound

_met(taint) if taint.effect == "NoExecute"
