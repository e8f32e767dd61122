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
		"another platform": {
			"fields": {},
			"config": {"platform": "gke"},
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
	got == {_found("spec.tolerations", "/spec/tolerations/-", tc.taint)}
}

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
	got == {_found("spec.tolerations", "/spec/tolerations/-", ["a", "b", effect]) | some effect in tc.want}
}

test_workload if {
	got := toleration.finding with input as testing.deployment(testing.windows) with config as _generic
	got == {_found("spec.template.spec.tolerations", "/spec/template/spec/tolerations/-", ["os", "windows", "NoSchedule"])}
}

test_taint_without_value if {
	got := toleration.finding with input as testing.windows_pod({})
		with settings.taints as [{"key": "a", "value": "", "effect": "NoSchedule"}]
	{found.msg | some found in got} == {"spec.tolerations: Windows nodes have the taint a:NoSchedule; tolerate it (toleration)"}
}

_found(field, path, taint) := object.union({"yieldsTo": ["os-conflict"]}, testing.expected(
	"warn",
	"toleration",
	{"field": field, "says": sprintf("Windows nodes have the taint %s=%s:%s; tolerate it", taint)},
	{
		"enforcedBy": "scheduler",
		"fix": [{
			"op": "add",
			"path": path,
			"value": {"key": taint[0], "operator": "Equal", "value": taint[1], "effect": taint[2]},
		}],
	},
))
