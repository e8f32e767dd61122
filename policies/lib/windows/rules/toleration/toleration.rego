# METADATA
# title: A Windows pod that tolerates the taint of Windows nodes
# description: |
#   If Windows nodes have a taint that keeps Linux pods away, a Windows pod needs the toleration in addition to the
#   selector. Without the toleration it stays Pending. The taint differs by platform, so the rule assumes none until you
#   declare a platform or a taint. GKE adds the toleration itself to each pod whose nodeSelector names
#   kubernetes.io/os windows, and only to those.
#
#   The rule also reports a key that a toleration does not have, such as Effect. The API server drops the key, so the
#   toleration matches other taints than its author wants.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#taints-and-tolerations
#     description: Taints and tolerations
# custom:
#   id: toleration
#   category: placement
#   severities: [warn]
#   needs: [taints.untolerated]
#   enforcedBy: [scheduler, advice]
#   profiles: [placement]
#   yieldsTo: [os-conflict]
#   since: 0.1.0
#   remedy: Add the toleration for the taint of the cluster's Windows nodes, or name a RuntimeClass that carries it.
#   symptoms:
#     - Pending
#     - FailedScheduling
#     - node(s) had untolerated taint
#     - 'had untolerated taint {os: windows}'
#     - 'had untolerated taint {node.kubernetes.io/os: windows}'
#     - 'node(s) had taint {…}, that the pod didn''t tolerate'
#     - 'unknown field "spec.tolerations[0].Effect"'
#   kinds:
#     - pods
#     - apiGroups: [node.k8s.io]
#       kinds: [RuntimeClass]
#   appliesBy: [scheduling]
#   fields: [spec.tolerations, spec.nodeSelector, spec.runtimeClassName, spec.nodeName, scheduling.tolerations]
package lib.windows.rules.toleration

import data.lib.windows.data.platforms
import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.settings
import data.lib.windows.subject
import data.lib.windows.tolerations

# A RuntimeClass is not a pod, so the rule must ask for it: only one that selects windows and has tolerations.
applies if {
	runtime_classes.judged.scheduling.tolerations
	os.selector_os(runtime_classes.judged.scheduling.nodeSelector) == "windows"
}

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": sprintf("The pod does not tolerate the taint %s of Windows nodes, so %s. Add the toleration.", [
		tolerations.written(taint),
		_outcome,
	]),
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
	not _platform_tolerates(taint)
	field := subject.pod_field("tolerations")
}

finding contains result.warn(rego.metadata.chain(), object.union(_rename(list, index, name), {
	"field": _path(list, index, name),
	"says": sprintf("A toleration has no such field, so the API server drops the field. %s", [_advice(name)]),
	"enforcedBy": "advice",
	"because": list.because,
})) if {
	some list in _lists
	some index, toleration in list.tolerations
	is_object(toleration)
	some name, value in toleration
	value != null
	not name in _fields
}

default _outcome := "it stays Pending"

_outcome := "the node evicts it" if subject.bound

# A pod that names its node bypasses the scheduler, but NoExecute still evicts it.
_affects_pod(_) if not subject.bound

_affects_pod(taint) if taint.effect == "NoExecute"

# Whether the platform adds the toleration of the taint to the pod when the pod is created.
_platform_tolerates(taint) if {
	added := platforms.added_tolerations[settings.document.platform]
	taint == added.taint
	subject.pod.nodeSelector[added.label] == added.value
}

# The fields of a toleration in k8s.io/api/core/v1.
_fields := {"effect", "key", "operator", "tolerationSeconds", "value"}

# The field that the author of an unknown field means; undefined if no field has nearly the same name.
_meant(name) := [field | some field in _fields; _plain(field) in {_plain(name), concat("", ["toleration", _plain(name)])}][0]

_plain(name) := trim_right(lower(regex.replace(name, `[-_ ]`, "")), "s")

_advice(name) := sprintf("Write %s.", [_meant(name)]) if {
	_meant(name)
} else := "Remove the field."

# The tolerations of the pod, or of the RuntimeClass that is judged: {"tolerations", "field": the path of the list, "because"}.
_lists contains {"tolerations": given, "field": subject.pod_field("tolerations"), "because": os.because} if {
	given := subject.pod.tolerations
}

_lists contains {
	"tolerations": subject.resource.scheduling.tolerations,
	"field": "scheduling.tolerations",
	"because": "scheduling.nodeSelector selects windows",
} if {
	applies
}

# The repair of a field with nearly the right name: the operations that give it the right one.
_rename(list, index, name) := {"fix": fix.rename(_path(list, index, name), _path(list, index, meant))} if {
	meant := _meant(name)
	object.get(list.tolerations[index], meant, null) == null
} else := {}

_path(list, index, name) := sprintf("%s[%d].%s", [list.field, index, name])
