# METADATA
# title: A pod that tolerates Windows nodes and selects no OS
# description: |
#   The taint of Windows nodes keeps Linux pods away, but not those that tolerate it, as agents and the hooks of charts
#   do that tolerate everything. Without a selector such a pod lands on a Windows node, where its image has nothing to
#   run, and a DaemonSet puts one onto each. Where Windows nodes have no taint, requireLinuxSelector asks every pod.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#taints-and-tolerations
#     description: Taints and tolerations
# custom:
#   id: linux-escape
#   category: placement
#   severities: [warn]
#   enforcedBy: [scheduler]
#   profiles: [placement]
#   since: 0.1.0
#   remedy: 'Add nodeSelector kubernetes.io/os: linux, or tolerate only the taints that the pod has to.'
#   symptoms:
#     - ErrImagePull
#     - ImagePullBackOff
#     - no match for platform in manifest
#     - ContainerCreating
#   needs: [runtimeClassName, tolerations]
#   appliesBy: [runtimeClassName, tolerations]
#   fields: [spec.nodeSelector, spec.tolerations]
#   parameters:
#     requireLinuxSelector:
#       type: boolean
#       description: Whether every pod must select its OS, as it has to where Windows nodes have no taint.
#       default: false
package lib.windows.rules.linux_escape

import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.settings
import data.lib.windows.subject
import data.lib.windows.tolerations

# Every Linux pod is asked, and most tolerate nothing of the kind and meet no configuration that says anything of it.
applies if {
	some toleration in subject.pod.tolerations
	object.get(toleration, "key", null) in {"", null}
}

applies if {
	some key in ["platform", "taints", "rules"]
	settings.document[key] != null
	_way
}

applies if {
	subject.pod.runtimeClassName != null
	_way
}

finding contains result.warn(rego.metadata.chain(), object.union(_fix, {
	"field": _field,
	"says": sprintf("%s, so it can land on Windows nodes; select its OS", [_way.says]),
	"enforcedBy": "scheduler",
	"because": _way.because,
})) if {
	not os.windows
	_way
	placement.open
}

_field := subject.pod_field("nodeSelector[kubernetes.io/os]")

# How the pod gets onto Windows nodes.
_way := {"says": "the pod tolerates their taint", "because": concat("", ["the pod tolerates ", taints])} if {
	_tolerates_declared
	taints := concat(", ", [tolerations.written(taint) | some taint in tolerations.repelling])
} else := {"says": "the pod tolerates every taint", "because": "a toleration without key tolerates everything"} if {
	tolerations.blanket("NoSchedule")
	count(tolerations.repelling) == 0
} else := {"says": "the pod selects no OS", "because": "requireLinuxSelector asks every pod"} if {
	is_object(subject.pod)
	parameters.given(rego.metadata.chain())
	parameters.of(rego.metadata.chain()).requireLinuxSelector
}

# A node lets in only who tolerates all of its taints.
_tolerates_declared if {
	count(tolerations.repelling) > 0
	count(tolerations.of_pod) > 0
	every taint in tolerations.repelling {
		tolerations.tolerated(taint)
	}
}

# Only a pod that declares linux is known to need it: an image may be for both.
_fix := {"fix": fix.set(_field, "linux")} if {
	os.name == "linux"
} else := {}
