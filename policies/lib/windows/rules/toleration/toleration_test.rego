package lib.windows.rules.toleration_test

import data.lib.windows.config
import data.lib.windows.rules.toleration
import data.lib.windows.settings
import data.lib.windows.testing_test as testing

_generic := {"platform": "generic", "runtimeClasses": {"classes": {
	"win": testing.runtime_class,
	"bare": {"handler": "runhcs-wcow-process"},
}}}

test_silent[name] if {
	some name, tc in {
		"no platform": {"fields": {}, "config": {}},
		"a platform without taints": {"fields": {}, "config": {"platform": "aks"}},
		"an unknown platform": {"fields": {}, "config": {"platform": "mine"}},
		"the toleration of the taint": {
			"fields": {"tolerations": [{"key": "os", "value": "windows", "effect": "NoSchedule"}]},
			"config": _generic,
		},
		"a toleration of everything": {"fields": {"tolerations": [{"operator": "Exists"}]}, "config": _generic},
		"the toleration of the RuntimeClass": {"fields": {"runtimeClassName": "win"}, "config": _generic},
		"an unknown RuntimeClass": {"fields": {"runtimeClassName": "other"}, "config": _generic},
		"a pod that names its node": {"fields": {"nodeName": "node-1"}, "config": _generic},
		"the selector by which GKE adds the toleration": {"fields": {}, "config": {"platform": "gke"}},
		"the same, and a configured taint like GKE's": {"fields": {}, "config": {"platform": "gke", "taints": [_gke_taint]}},
		"every field of a toleration": {
			"fields": {"tolerations": [{
				"key": "os",
				"operator": "Equal",
				"value": "windows",
				"effect": "NoExecute",
				"tolerationSeconds": 60,
			}]},
			"config": {},
		},
		"an unknown field that is null": {"fields": {"tolerations": [{"key": "os", "Effect": null}]}, "config": {}},
		"tolerations that are not objects": {"fields": {"tolerations": ["os", null, ["Effect"]]}, "config": {}},
	}
	got := toleration.finding with input as testing.windows_pod(tc.fields) with config as tc.config
	got == set()
}

test_not_tolerated[name] if {
	some name, tc in {
		"no tolerations": {"fields": {}, "config": _generic, "taint": ["os", "windows", "NoSchedule"]},
		"null tolerations": {"fields": {"tolerations": null}, "config": _generic, "taint": ["os", "windows", "NoSchedule"]},
		"another key": {
			"fields": {"tolerations": [{"key": "node.kubernetes.io/os", "operator": "Exists"}]},
			"config": _generic,
			"taint": ["os", "windows", "NoSchedule"],
		},
		"an empty list": {
			"fields": {"tolerations": []},
			"config": _generic,
			"taint": ["os", "windows", "NoSchedule"],
		},
		"another effect": {
			"fields": {"tolerations": [{"key": "os", "value": "windows", "effect": "NoExecute"}]},
			"config": _generic,
			"taint": ["os", "windows", "NoSchedule"],
		},
		"the value of another platform": {
			"fields": {"tolerations": [{"key": "os", "value": "windows", "effect": "NoSchedule"}]},
			"config": {"platform": "openshift"},
			"taint": ["os", "Windows", "NoSchedule"],
		},
		"another taint on GKE": {
			"fields": {},
			"config": {"platform": "gke", "taints": [{"key": "os", "value": "windows", "effect": "NoSchedule"}]},
			"taint": ["os", "windows", "NoSchedule"],
		},
		"GKE's taint on another platform": {
			"fields": {},
			"config": {"platform": "eks", "taints": [_gke_taint]},
			"taint": ["node.kubernetes.io/os", "windows", "NoSchedule"],
		},
		"a RuntimeClass without tolerations": {
			"fields": {"runtimeClassName": "bare"},
			"config": _generic,
			"taint": ["os", "windows", "NoSchedule"],
		},
		"an empty nodeName": {
			"fields": {"nodeName": ""},
			"config": _generic,
			"taint": ["os", "windows", "NoSchedule"],
		},
		"a null nodeName": {
			"fields": {"nodeName": null},
			"config": _generic,
			"taint": ["os", "windows", "NoSchedule"],
		},
	}
	got := toleration.finding with input as testing.windows_pod(tc.fields) with config as tc.config
	got == {_found("spec.tolerations", tc.taint, _appending(tc.fields, _toleration(tc.taint)))}
}

# A fix adds to the tolerations of the pod, or makes the list.
_appending(fields, value) := [
	{"op": "test", "path": "/spec/tolerations", "value": fields.tolerations},
	{"op": "add", "path": "/spec/tolerations/-", "value": value},
] if {
	is_array(fields.tolerations)
} else := [
	{"op": "test", "path": "/spec/tolerations", "value": null},
	{"op": "replace", "path": "/spec/tolerations", "value": [value]},
] if {
	is_null(fields.tolerations)
} else := [{"op": "add", "path": "/spec/tolerations", "value": [value]}]

# NoExecute also evicts a pod that names its node. PreferNoSchedule keeps no pod away.
test_effects[name] if {
	some name, tc in {
		"NoExecute": {"effect": "NoExecute", "fields": {}, "want": {"NoExecute"}},
		"NoExecute, and the pod names its node": {
			"effect": "NoExecute",
			"fields": {"nodeName": "node-1"},
			"want": {"NoExecute"},
		},
		"PreferNoSchedule": {"effect": "PreferNoSchedule", "fields": {}, "want": set()},
	}
	got := toleration.finding with input as testing.windows_pod(tc.fields)
		with settings.taints as [{"key": "a", "value": "b", "effect": tc.effect}]
	{[found.details.field, found.details.fix[0].value[0].effect] | some found in got} == {["spec.tolerations", effect] | some effect in tc.want}
}

_gke_taint := {"key": "node.kubernetes.io/os", "value": "windows", "effect": "NoSchedule"}

# GKE's webhook reads only the nodeSelector of the pod, and only this label.
test_gke[name] if {
	some name, fields in {
		"affinity": testing.required_affinity([{"matchExpressions": [
			{"key": "kubernetes.io/os", "operator": "In", "values": ["windows"]},
		]}]),
		"the deprecated label": {"nodeSelector": {"beta.kubernetes.io/os": "windows"}},
		"GKE's own label": {"nodeSelector": {"cloud.google.com/gke-os-distribution": "windows_ltsc"}},
		"a RuntimeClass": {"runtimeClassName": "plain"},
		"nothing": {},
	}
	manifest := testing.pod(object.union({"os": {"name": "windows"}}, fields))
	got := toleration.finding with input as manifest with config as {"platform": "gke", "runtimeClasses": {"classes": {
		"plain": {"scheduling": {"nodeSelector": {"kubernetes.io/os": "windows"}}},
	}}}
	taint := ["node.kubernetes.io/os", "windows", "NoSchedule"]
	got == {_found("spec.tolerations", taint, _appending(fields, _toleration(taint)))}
}

test_unknown_field[name] if {
	some name, tc in {
		"Effect": {"toleration": {"key": "os", "Effect": "NoSchedule"}, "want": _renamed("Effect", "effect", "NoSchedule")},
		"KEY": {"toleration": {"KEY": "os", "operator": "Exists"}, "want": _renamed("KEY", "key", "os")},
		"values": {"toleration": {"key": "os", "values": "windows"}, "want": _renamed("values", "value", "windows")},
		"toleration_seconds": {
			"toleration": {"key": "os", "toleration_seconds": 60},
			"want": _renamed("toleration_seconds", "tolerationSeconds", 60),
		},
		"seconds": {"toleration": {"key": "os", "seconds": 60}, "want": _renamed("seconds", "tolerationSeconds", 60)},
		"Effect beside effect": {
			"toleration": {"key": "os", "effect": "NoExecute", "Effect": "NoSchedule"},
			"want": _unknown("Effect", "Write effect.", {}),
		},
		"Effect beside a null effect": {
			"toleration": {"key": "os", "effect": null, "Effect": "NoSchedule"},
			"want": _unknown("Effect", "Write effect.", {"fix": array.concat(
				[
					{"op": "test", "path": "/spec/tolerations/1/effect", "value": null},
					{"op": "remove", "path": "/spec/tolerations/1/effect"},
				],
				_renaming("Effect", "effect", "NoSchedule"),
			)}),
		},
		"os": {"toleration": {"os": "windows"}, "want": _unknown("os", "Remove the field.", {})},
	}
	got := toleration.finding with input as testing.windows_pod({"tolerations": [{}, tc.toleration]}) with config as {}
	got == {tc.want}
}

# The API server adds the tolerations of a RuntimeClass to its pods.
test_runtime_class[name] if {
	some name, tc in {
		"Effect": {"scheduling": {"tolerations": [{"key": "os", "Effect": "NoSchedule"}]}, "want": {{
			"msg": "scheduling.tolerations[0].Effect: A toleration has no such field, so the API server drops the field. Write effect. (toleration)",
			"details": {
				"rule": "toleration",
				"severity": "warn",
				"field": "scheduling.tolerations[0].Effect",
				"because": "scheduling.nodeSelector selects windows",
				"enforcedBy": "advice",
				"fix": [
					{"op": "test", "path": "/scheduling/tolerations/0/Effect", "value": "NoSchedule"},
					{"op": "move", "from": "/scheduling/tolerations/0/Effect", "path": "/scheduling/tolerations/0/effect"},
				],
			},
			"yieldsTo": ["os-conflict"],
		}}},
		"the fields of a toleration": {"scheduling": {}, "want": set()},
		"another OS": {
			"scheduling": {"nodeSelector": {"kubernetes.io/os": "linux"}, "tolerations": [{"key": "os", "Effect": "NoSchedule"}]},
			"want": set(),
		},
	}
	manifest := object.union(testing.runtime_class, {"scheduling": object.union(
		{"nodeSelector": {"kubernetes.io/os": "windows"}},
		tc.scheduling,
	)})
	got := toleration.finding with input as manifest with config as {"platform": "generic"}
	got == tc.want
}

test_applies_to_a_runtime_class_for_windows[name] if {
	some name, tc in {
		"a class for Windows": {"object": testing.runtime_class, "want": {true}},
		"a class without tolerations": {"object": object.remove(testing.runtime_class, ["scheduling"]), "want": set()},
		"a pod": {"object": testing.pod({"tolerations": [{"Effect": "NoSchedule"}]}), "want": set()},
	}
	got := {true | toleration.applies} with input as tc.object
	got == tc.want
}

_renamed(name, right, value) := _unknown(name, sprintf("Write %s.", [right]), {"fix": _renaming(name, right, value)})

_renaming(name, right, value) := [
	{"op": "test", "path": concat("", ["/spec/tolerations/1/", name]), "value": value},
	{
		"op": "move",
		"from": concat("", ["/spec/tolerations/1/", name]),
		"path": concat("", ["/spec/tolerations/1/", right]),
	},
]

_unknown(name, advice, more) := object.union({"yieldsTo": ["os-conflict"]}, testing.expected(
	"warn",
	"toleration",
	{
		"field": sprintf("spec.tolerations[1].%s", [name]),
		"says": sprintf("A toleration has no such field, so the API server drops the field. %s", [advice]),
	},
	object.union({"enforcedBy": "advice"}, more),
))

test_eviction_of_a_bound_pod if {
	got := toleration.finding with input as testing.windows_pod({"nodeName": "node-1"})
		with settings.taints as [{"key": "a", "value": "b", "effect": "NoExecute"}]
	{found.msg | some found in got} == {concat(" ", [
		"spec.tolerations: The pod does not tolerate the taint a=b:NoExecute of Windows nodes, so the node evicts it.",
		"Add the toleration. (toleration)",
	])}
}

test_workload if {
	got := toleration.finding with input as testing.deployment(testing.windows) with config as _generic
	taint := ["os", "windows", "NoSchedule"]
	got == {_found("spec.template.spec.tolerations", taint, [{
		"op": "add",
		"path": "/spec/template/spec/tolerations",
		"value": [_toleration(taint)],
	}])}
}

test_taint_without_value if {
	got := toleration.finding with input as testing.windows_pod({})
		with settings.taints as [{"key": "a", "value": "", "effect": "NoSchedule"}]
	{found.msg | some found in got} == {concat(" ", [
		"spec.tolerations: The pod does not tolerate the taint a:NoSchedule of Windows nodes, so it stays Pending.",
		"Add the toleration. (toleration)",
	])}
}

_toleration(taint) := {"key": taint[0], "operator": "Equal", "value": taint[1], "effect": taint[2]}

_found(field, taint, operations) := object.union({"yieldsTo": ["os-conflict"]}, testing.expected(
	"warn",
	"toleration",
	{
		"field": field,
		"says": sprintf(
			"The pod does not tolerate the taint %s=%s:%s of Windows nodes, so it stays Pending. Add the toleration.",
			taint,
		),
	},
	{"enforcedBy": "scheduler", "fix": operations},
))
