# METADATA
# title: A Windows pod that tolerates the taint of Windows nodes
# description: |
#   If Windows nodes have a taint that keeps Linux pods away, a Windows pod needs the toleration in addition to the
#   selector. Without the toleration it stays Pending. The taint differs by platform, so the rule is silent until you
#   declare a platform or a taint.
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
#   remedy: Add the toleration for the taint of the cluster's Windows nodes, or name a RuntimeClass that carries it.
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
	not runtime_classes.unknown
	some taint in tolerations.repelling
	_affects_pod(taint)
	not tolerations.tolerated(taint)
	field := subject.pod_field("tolerations")
}

# A pod that names its node bypasses the scheduler, but NoExecute still evicts it.
_affects_pod(_) if not subject.bound

_affects_pod(taint) if taint.effect == "NoExecute"
