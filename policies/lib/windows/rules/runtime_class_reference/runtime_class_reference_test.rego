package lib.windows.rules.runtime_class_reference_test

import data.inventory
import data.lib.windows.config
import data.lib.windows.rules.runtime_class_reference as rule
import data.lib.windows.testing_test as testing

_class(os) := {"handler": "runhcs-wcow-process", "scheduling": {"nodeSelector": {"kubernetes.io/os": os}}}

# What Gatekeeper knows of the cluster.
_synced := {"cluster": {"node.k8s.io/v1": {"RuntimeClass": {
	"win": _class("windows"),
	"lin": _class("linux"),
	"plain": {"handler": "runc"},
}}}}

_complete := {"runtimeClasses": {"complete": true, "classes": {"configured": _class("linux")}}}

_missing(field) := testing.expected(
	"deny", "runtime-class-reference", {
		"field": field,
		"says": "the cluster has no such RuntimeClass, and the API server refuses its pods; name one that exists",
	},
	{"enforcedBy": "apiserver", "because": "runtimeClasses.complete is true"},
)

_contradicted(os, because) := testing.expected(
	"deny", "runtime-class-reference", {
		"field": "spec.runtimeClassName",
		"says": sprintf("this class selects %s, and the pod is for the other OS; name a class of its own", [os]),
	},
	{"enforcedBy": "scheduler", "because": because},
)

_unknown := testing.expected(
	"unverified", "runtime-class-reference", {
		"field": "spec.runtimeClassName",
		"says": "this RuntimeClass is not known, nor where it places the pod; give its manifest or list it under runtimeClasses",
	},
	{"enforcedBy": "apiserver"},
)

_windows(class) := testing.windows_pod({"runtimeClassName": class})

_linux(class) := testing.pod({"nodeSelector": {"kubernetes.io/os": "linux"}, "runtimeClassName": class, "containers": []})

test_finding[name] if {
	some name, tc in {
		"a class of the inventory": {"input": _windows("win"), "config": {}, "want": set(), "unverified": set()},
		"a class of the inventory that selects nothing": {
			"input": _windows("plain"),
			"config": {},
			"want": set(),
			"unverified": set(),
		},
		"a class of the inventory that selects linux": {
			"input": _windows("lin"),
			"config": {},
			"want": {_contradicted("linux", "spec.os.name is windows")},
			"unverified": set(),
		},
		"a pod placed on Linux whose class selects windows": {
			"input": _linux("win"),
			"config": {},
			"want": {_contradicted("windows", "nodeSelector kubernetes.io/os is linux")},
			"unverified": set(),
		},
		"a class of the configuration that selects linux, which is os-conflict's": {
			"input": _windows("configured"),
			"config": _complete,
			"want": set(),
			"unverified": set(),
		},
		"a class that is not known": {
			"input": _windows("elsewhere"),
			"config": {},
			"want": set(),
			"unverified": {_unknown},
		},
		"a class that is not known, and the list is said not to be complete": {
			"input": _windows("elsewhere"),
			"config": {"runtimeClasses": {"complete": false}},
			"want": set(),
			"unverified": {_unknown},
		},
		"a class that does not exist": {
			"input": _windows("elsewhere"),
			"config": _complete,
			"want": {_missing("spec.runtimeClassName")},
			"unverified": set(),
		},
		"a class that does not exist, in a pod of no known OS": {
			"input": testing.deployment({"runtimeClassName": "windows-2919", "containers": []}),
			"config": _complete,
			"want": {_missing("spec.template.spec.runtimeClassName")},
			"unverified": set(),
		},
		"no class": {"input": testing.windows_pod({}), "config": _complete, "want": set(), "unverified": set()},
		"null": {"input": _windows(null), "config": _complete, "want": set(), "unverified": set()},
	}
	got := {"finding": _said(rule.finding), "unverified": _said(rule.unverified)} with input as tc.input
		with config as tc.config
		with inventory as _synced
	got == {"finding": tc.want, "unverified": tc.unverified}
}

# Less the ids that decide who speaks.
_said(found) := {object.remove(one, ["yieldsTo"]) | some one in found}

test_applies[name] if {
	some name, tc in {
		"to a pod whose class does not exist": {"input": _linux("elsewhere"), "config": _complete, "want": {true}},
		"to a Linux pod whose class selects windows": {"input": _linux("win"), "config": {}, "want": {true}},
		"to a Linux pod whose class is not known": {"input": _linux("elsewhere"), "config": {}, "want": set()},
		"to a Linux pod whose class selects linux": {"input": _linux("lin"), "config": {}, "want": set()},
		"to a Linux pod without a class": {"input": testing.pod({"containers": []}), "config": {}, "want": set()},
	}
	got := {true | rule.applies} with input as tc.input with config as tc.config with inventory as _synced
	got == tc.want
}
