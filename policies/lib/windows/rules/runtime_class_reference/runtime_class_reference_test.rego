package lib.windows.rules.runtime_class_reference_test

import data.inventory
import data.lib.windows.config
import data.lib.windows.rules.runtime_class_reference as rule
import data.lib.windows.testing_test as testing

_class(os) := {"handler": "runhcs-wcow-process", "scheduling": {"nodeSelector": {"kubernetes.io/os": os}}}

# The RuntimeClasses that Gatekeeper replicates.
_synced := {"cluster": {"node.k8s.io/v1": {"RuntimeClass": {
	"win": _class("windows"),
	"lin": _class("linux"),
	"plain": {"handler": "runc"},
	"shouting": _class("WINDOWS"),
	"virtual": _class("win"),
}}}}

_misspelled(because) := testing.expected(
	"deny", "runtime-class-reference", {
		"field": "spec.runtimeClassName",
		"says": "The RuntimeClass selects a spelling that no node has, so the pod stays Pending. Write windows in the class.",
	},
	{"enforcedBy": "scheduler", "because": because},
)

_complete := {"runtimeClasses": {"complete": true, "classes": {"configured": _class("linux")}}}

_missing(field) := testing.expected(
	"deny", "runtime-class-reference", {
		"field": field,
		"says": "The cluster does not have this RuntimeClass, so the API server rejects the pod. Name a RuntimeClass that exists.",
	},
	{"enforcedBy": "apiserver", "because": "runtimeClasses.complete is true"},
)

_contradicted(os, because) := testing.expected(
	"deny", "runtime-class-reference", {
		"field": "spec.runtimeClassName",
		"says": sprintf("The RuntimeClass selects %s nodes, which cannot run this pod. Name a class for the OS of the pod.", [os]),
	},
	{"enforcedBy": "scheduler", "because": because},
)

_unknown := testing.expected(
	"unverified", "runtime-class-reference", {
		"field": "spec.runtimeClassName",
		"says": "This RuntimeClass is unknown, so its selector is unknown too. Add its manifest, or list it under runtimeClasses.",
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
		"a class of the configuration that selects linux, which os-conflict judges": {
			"input": _windows("configured"),
			"config": _complete,
			"want": set(),
			"unverified": set(),
		},
		"a class of the inventory that selects another spelling": {
			"input": _windows("shouting"),
			"config": {},
			"want": {_misspelled("spec.os.name is windows")},
			"unverified": set(),
		},
		"such a class, in a pod of no other OS": {
			"input": testing.pod({"runtimeClassName": "shouting", "containers": []}),
			"config": {},
			"want": {_misspelled("RuntimeClass shouting selects windows")},
			"unverified": set(),
		},
		"a class of the inventory that selects another word": {
			"input": _windows("virtual"),
			"config": {},
			"want": set(),
			"unverified": set(),
		},
		"an unknown class": {
			"input": _windows("elsewhere"),
			"config": {},
			"want": set(),
			"unverified": {_unknown},
		},
		"an unknown class, and a list that is not complete": {
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
		"a null class": {"input": _windows(null), "config": _complete, "want": set(), "unverified": set()},
	}
	got := {"finding": _without_yields(rule.finding), "unverified": _without_yields(rule.unverified)} with input as tc.input
		with config as tc.config
		with inventory as _synced
	got == {"finding": tc.want, "unverified": tc.unverified}
}

# The findings without yieldsTo, which only decides which rule reports.
_without_yields(found) := {object.remove(one, ["yieldsTo"]) | some one in found}

test_applies[name] if {
	some name, tc in {
		"a pod whose class does not exist": {"input": _linux("elsewhere"), "config": _complete, "want": {true}},
		"a Linux pod whose class selects windows": {"input": _linux("win"), "config": {}, "want": {true}},
		"a pod whose class selects another spelling": {
			"input": testing.pod({"runtimeClassName": "shouting"}),
			"config": {},
			"want": {true},
		},
		"a Linux pod whose class is unknown": {"input": _linux("elsewhere"), "config": {}, "want": set()},
		"a Linux pod whose class selects linux": {"input": _linux("lin"), "config": {}, "want": set()},
		"a Linux pod without a class": {"input": testing.pod({"containers": []}), "config": {}, "want": set()},
	}
	got := {true | rule.applies} with input as tc.input with config as tc.config with inventory as _synced
	got == tc.want
}
