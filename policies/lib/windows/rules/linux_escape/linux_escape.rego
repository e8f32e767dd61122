# METADATA
# title: A pod that tolerates Windows nodes and selects no OS
# description: |
#   The taint of Windows nodes keeps Linux pods away, but it does not stop pods that tolerate it. Many agents and
#   hooks of charts tolerate everything. If such a pod selects no OS, it can land on a Windows node, and its image
#   does not run there. A DaemonSet puts one such pod on each Windows node. If your Windows nodes have no taint, set
#   requireLinuxSelector to check every pod.
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
#   remedy: 'Add nodeSelector kubernetes.io/os: linux, or tolerate only the taints that the pod must tolerate.'
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
#       description: Whether every pod must select its OS. Set it if your Windows nodes have no taint.
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

# The rule asks this of every Linux pod, so it checks cheap conditions first. Most pods meet none of them.
applies if {
	some toleration in subject.pod.tolerations
	object.get(toleration, "key", null) in {"", null}
}

applies if {
	_configured
	_exposure
}

applies if {
	subject.pod.runtimeClassName != null
	_exposure
}

_configured if {
	some key in ["platform", "taints", "rules"]
	settings.document[key] != null
}

finding contains result.warn(rego.metadata.chain(), object.union(_fix, {
	"field": _field,
	"says": sprintf("%s, so it can land on Windows nodes; select its OS", [_exposure.says]),
	"enforcedBy": "scheduler",
	"because": _exposure.because,
})) if {
	not os.windows
	_exposure
	placement.open
}

_field := subject.pod_field("nodeSelector[kubernetes.io/os]")

# How the pod can land on Windows nodes: {"says", "because"}.
_exposure := {"says": "the pod tolerates their taint", "because": concat("", ["the pod tolerates ", taints])} if {
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

# A node accepts only a pod that tolerates all of its taints.
_tolerates_declared if {
	count(tolerations.repelling) > 0
	count(tolerations.of_pod) > 0
	every taint in tolerations.repelling {
		tolerations.tolerated(taint)
	}
}

default _fix := {}

# Only a pod that declares linux certainly needs this selector. The images of other pods may be for both OSes.
_fix := {"fix": fix.set(_field, "linux")} if os.name == "linux"
