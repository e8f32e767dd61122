package winpolicy_test

import data.lib.windows.config
import data.lib.windows.testing_test as testing
import data.winpolicy

_denied := testing.windows_pod({"hostPID": true})

_warned := testing.inferred_pod({"hostPID": true})

_denial := testing.expected(
	"deny",
	"host-namespaces",
	{
		"field": "spec.hostPID",
		"says": "Windows pods cannot share this namespace, so the API server rejects the pod. Remove the field.",
	},
	{
		"enforcedBy": "apiserver",
		"fix": [
			{"op": "test", "path": "/spec/hostPID", "value": true},
			{"op": "remove", "path": "/spec/hostPID"},
		],
	},
)

_warning := testing.expected(
	"warn",
	"host-namespaces",
	{"field": "spec.hostPID", "says": "Windows pods cannot share this namespace, so Windows ignores the field. Remove the field."},
	{
		"enforcedBy": "advice",
		"because": "nodeSelector kubernetes.io/os is windows",
		"fix": [
			{"op": "test", "path": "/spec/hostPID", "value": true},
			{"op": "remove", "path": "/spec/hostPID"},
		],
	},
)

# A finding of an object of a run: it names the object, its details the file too.
_of(found, path, object_name) := {
	"msg": sprintf("%s: %s", [object_name, found.msg]),
	"details": object.union(found.details, {"file": path, "object": object_name}),
}

test_one_object[name] if {
	some name, tc in {
		"denied": {"input": _denied, "deny": {_denial}, "warn": set(), "report": {_denial}},
		"warned, and a note that is only in the report": {
			"input": _warned,
			"deny": set(),
			"warn": {_warning},
			"report": {_warning, _note},
		},
		"no finding": {"input": testing.windows_pod({}), "deny": set(), "warn": set(), "report": set()},
		"an AdmissionReview": {
			"input": testing.admission_review({"object": _denied}),
			"deny": {_denial},
			"warn": set(),
			"report": {_denial},
		},
		"a kind that ends in List and has no items": {
			"input": object.union(_denied, {"apiVersion": "v1", "kind": "PodList"}),
			"deny": set(),
			"warn": set(),
			"report": set(),
		},
		"a Pod with items is not a List": {
			"input": object.union(_denied, {"items": [_denied]}),
			"deny": {_denial},
			"warn": set(),
			"report": {_denial},
		},
		"null": {"input": null, "deny": set(), "warn": set(), "report": set()},
	}
	got := {"deny": winpolicy.deny, "warn": winpolicy.warn, "report": winpolicy.report} with input as tc.input
	got == {"deny": tc.deny, "warn": tc.warn, "report": {"excepted": set(), "findings": tc.report, "unverified": set()}}
}

_note := testing.expected(
	"note",
	"os-name",
	{"field": "spec.os.name", "says": "The name is not set, so the API server does not check the pod as a Windows pod. Set the name to windows."},
	{
		"enforcedBy": "advice",
		"because": "nodeSelector kubernetes.io/os is windows",
		"fix": [
			{"op": "test", "path": "/spec/hostPID", "value": true},
			{"op": "remove", "path": "/spec/hostPID"},
			{"op": "add", "path": "/spec/os", "value": {"name": "windows"}},
		],
	},
)

# A kind of one's own may end in List and yet be one object.
test_custom_resource_whose_kind_ends_in_list if {
	got := winpolicy.deny with input as {
		"apiVersion": "example.com/v1",
		"kind": "TaskList",
		"spec": {"template": {"spec": _denied.spec}},
	}
	{found.details.field | some found in got} == {"spec.template.spec.hostPID"}
}

test_several_objects[name] if {
	some name, tc in {
		"of a run": {
			"input": [
				{"path": "a.yaml", "contents": _denied},
				{"path": "b.yaml", "contents": _warned},
				{"path": "c.yaml", "contents": testing.windows_pod({})},
			],
			"deny": {_of(_denial, "a.yaml", "Pod/shop/web")},
			"warn": {_of(_warning, "b.yaml", "Pod/shop/web")},
		},
		"the same in two files": {
			"input": [{"path": "a.yaml", "contents": _denied}, {"path": "b.yaml", "contents": _denied}],
			"deny": {_of(_denial, "a.yaml", "Pod/shop/web"), _of(_denial, "b.yaml", "Pod/shop/web")},
			"warn": set(),
		},
		"of a List": {
			"input": {"apiVersion": "v1", "kind": "List", "items": [_denied, null, _warned]},
			"deny": {_of(_denial, "", "Pod/shop/web")},
			"warn": {_of(_warning, "", "Pod/shop/web")},
		},
		"of a PodList of a run": {
			"input": [{"path": "a.yaml", "contents": {"apiVersion": "v1", "kind": "PodList", "items": [_denied]}}],
			"deny": {_of(_denial, "a.yaml", "Pod/shop/web")},
			"warn": set(),
		},
		"without namespace": {
			"input": [{"path": "a.yaml", "contents": json.remove(_denied, ["/metadata/namespace"])}],
			"deny": {_of(_denial, "a.yaml", "Pod/web")},
			"warn": set(),
		},
		"a name that is not a string": {
			"input": [{"path": "a.yaml", "contents": object.union(_denied, {"metadata": {"name": 1}})}],
			"deny": {_of(_denial, "a.yaml", "Pod/shop")},
			"warn": set(),
		},
		"without metadata": {
			"input": [{"path": "a.yaml", "contents": object.remove(_denied, ["metadata"])}],
			"deny": {_of(_denial, "a.yaml", "Pod")},
			"warn": set(),
		},
		"items that are not objects": {
			"input": [null, 1, {"path": "a.yaml"}, {"path": "b.yaml", "contents": null}, {"path": "c.yaml", "contents": []}],
			"deny": set(),
			"warn": set(),
		},
		"none": {"input": [], "deny": set(), "warn": set()},
	}
	got := {"deny": winpolicy.deny, "warn": winpolicy.warn} with input as tc.input
	got == {"deny": tc.deny, "warn": tc.warn}
}

_deployment := testing.deployment({"runtimeClassName": "win", "hostPID": true, "containers": [testing.container]})

_class(os) := {
	"apiVersion": "node.k8s.io/v1",
	"kind": "RuntimeClass",
	"metadata": {"name": "win"},
	"handler": "runhcs-wcow-process",
	"scheduling": {"nodeSelector": {"kubernetes.io/os": os}},
}

_because contains found.details.because if {
	some found in winpolicy.warn
	found.details.rule == "host-namespaces"
}

test_runtime_class_of_the_run[name] if {
	deployment := {"path": "deployment.yaml", "contents": _deployment}
	some name, tc in {
		"beside the Deployment": {
			"input": [deployment, {"path": "class.yaml", "contents": _class("windows")}],
			"config": {},
			"want": {"RuntimeClass win selects windows"},
		},
		"in one List with it": {
			"input": {"kind": "List", "items": [_class("windows"), _deployment]},
			"config": {},
			"want": {"RuntimeClass win selects windows"},
		},
		"of another name": {
			"input": [deployment, {
				"path": "class.yaml",
				"contents": object.union(_class("windows"), {"metadata": {"name": "other"}}),
			}],
			"config": {},
			"want": set(),
		},
		"beside one of another name that goes before it": {
			"input": [
				deployment,
				{"path": "a.yaml", "contents": _class("windows")},
				{"path": "b.yaml", "contents": object.union(_class("linux"), {"metadata": {"name": "other"}})},
			],
			"config": {},
			"want": {"RuntimeClass win selects windows"},
		},
		"of another kind": {
			"input": [deployment, {"path": "a.yaml", "contents": object.union(_class("windows"), {"kind": "Class"})}],
			"config": {},
			"want": set(),
		},
		"beside an object of another kind and the same name that goes before it": {
			"input": [
				deployment,
				{"path": "a.yaml", "contents": _class("windows")},
				{"path": "b.yaml", "contents": object.union(_class("linux"), {"kind": "Class"})},
			],
			"config": {},
			"want": {"RuntimeClass win selects windows"},
		},
		"without a name": {
			"input": [deployment, {"path": "class.yaml", "contents": object.remove(_class("windows"), ["metadata"])}],
			"config": {},
			"want": set(),
		},
		"two with one name: one counts": {
			"input": [
				deployment,
				{"path": "b.yaml", "contents": _class("windows")},
				{"path": "a.yaml", "contents": _class("linux")},
			],
			"config": {},
			"want": set(),
		},
		"two with one name in the other order: the same counts": {
			"input": [
				deployment,
				{"path": "b.yaml", "contents": _class("linux")},
				{"path": "a.yaml", "contents": _class("windows")},
			],
			"config": {},
			"want": set(),
		},
		"it replaces a configured class whole": {
			"input": [deployment, {"path": "a.yaml", "contents": object.remove(_class("windows"), ["scheduling"])}],
			"config": {"runtimeClasses": {"classes": {"win": _class("windows")}}},
			"want": set(),
		},
		"beside a configured class of another name": {
			"input": [deployment, {
				"path": "a.yaml",
				"contents": object.union(_class("linux"), {"metadata": {"name": "other"}}),
			}],
			"config": {"runtimeClasses": {"classes": {"win": _class("windows")}}},
			"want": {"RuntimeClass win selects windows"},
		},
		"a configuration of the wrong type": {
			"input": [deployment, {"path": "a.yaml", "contents": _class("windows")}],
			"config": "x",
			"want": {"RuntimeClass win selects windows"},
		},
		"configured classes of the wrong type": {
			"input": [deployment, {"path": "a.yaml", "contents": _class("windows")}],
			"config": {"runtimeClasses": ["win"]},
			"want": {"RuntimeClass win selects windows"},
		},
	}
	got := _because with input as tc.input with config as tc.config
	got == tc.want
}

test_configuration_applies_to_a_run if {
	got := {found.msg | some found in winpolicy.warn} with input as [{
		"path": "a.yaml",
		"contents": testing.windows_pod({}),
	}]
		with config as {"platform": "generic"}
	got == {concat("", [
		"Pod/shop/web: spec.tolerations: ",
		"The pod does not tolerate the taint os=windows:NoSchedule of Windows nodes, so it stays Pending. Add the toleration. (toleration)",
	])}
}
