package lib.windows.rules.node_taint_test

import data.lib.windows.config
import data.lib.windows.rules.node_taint
import data.lib.windows.testing_test as testing

_taint := {"key": "os", "value": "windows", "effect": "NoSchedule"}

_node(os, taints) := {
	"apiVersion": "v1",
	"kind": "Node",
	"metadata": {"name": "node-1", "labels": {"kubernetes.io/os": os}},
	"spec": {"taints": taints},
}

test_silent[name] if {
	some name, tc in {
		"the declared taint": {"input": _node("windows", [_taint]), "config": {"platform": "generic"}},
		"the declared taint beside another": {
			"input": _node("windows", [{"key": "gpu", "effect": "NoSchedule"}, _taint]),
			"config": {"platform": "generic"},
		},
		"one of two declared taints": {
			"input": _node("windows", [_taint]),
			"config": {"taints": [{"key": "windows", "effect": "NoExecute"}, _taint]},
		},
		"a declared taint without a value": {
			"input": _node("windows", [{"key": "windows", "effect": "NoExecute"}]),
			"config": {"taints": [{"key": "windows", "effect": "NoExecute"}]},
		},
		"a declared taint with a null value": {
			"input": _node("windows", [{"key": "windows", "value": "", "effect": "NoExecute"}]),
			"config": {"taints": [{"key": "windows", "value": null, "effect": "NoExecute"}]},
		},
		"no declared taint": {"input": _node("windows", []), "config": {}},
		"a platform without taints": {"input": _node("windows", []), "config": {"platform": "aks"}},
		"a Linux node without the taint": {"input": _node("linux", []), "config": {"platform": "generic"}},
		"a Linux node with another taint": {
			"input": _node("linux", [object.union(_taint, {"value": "linux"})]),
			"config": {"platform": "generic"},
		},
		"a node of unknown OS": {"input": _node("plan9", [_taint]), "config": {"platform": "generic"}},
		"a pod": {"input": testing.windows_pod({}), "config": {"platform": "generic"}},
		"no object": {"input": null, "config": {"platform": "generic"}},
	}
	got := node_taint.finding with input as tc.input with config as tc.config
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"a node": {"input": _node("linux", []), "platform": "generic", "want": {true}},
		"a platform without taints": {"input": _node("linux", []), "platform": "aks", "want": set()},
		"a pod": {"input": testing.windows_pod({}), "platform": "generic", "want": set()},
	}
	got := {true | node_taint.applies} with input as tc.input with config as {"platform": tc.platform}
	got == tc.want
}

test_not_tainted[name] if {
	some name, taints in {
		"no taints": [],
		"null taints": null,
		"another effect": [object.union(_taint, {"effect": "NoExecute"})],
		"another case": [object.union(_taint, {"value": "Windows"})],
		"another key": [object.union(_taint, {"key": "OS"})],
		"no value": [object.remove(_taint, ["value"])],
	}
	got := node_taint.finding with input as _node("windows", taints) with config as {"platform": "generic"}
	got == {_found(
		{
			"field": "spec.taints",
			"says": "The Windows node does not have the taint os=windows:NoSchedule, so pods that select no OS land here and fail. Add the taint.",
		},
		"windows",
	)}
}

test_taint_without_value[name] if {
	some name, value in {"no value": {}, "an empty value": {"value": ""}, "null": {"value": null}}
	got := node_taint.finding with input as _node("windows", [])
		with config as {"taints": [object.union({"key": "windows", "effect": "NoSchedule"}, value)]}
	{found.msg | some found in got} == {concat(" ", [
		"spec.taints: The Windows node does not have the taint windows:NoSchedule, so pods that select no OS land here and fail.",
		"Add the taint. (node-taint)",
	])}
}

test_linux_node if {
	got := node_taint.finding with input as _node("linux", [{"key": "gpu", "effect": "NoSchedule"}, _taint])
		with config as {"platform": "generic"}
	got == {_found(
		{
			"field": "spec.taints[1]",
			"says": "A Linux node has the taint of Windows nodes, so Linux pods that do not tolerate the taint stay away. Remove the taint.",
		},
		"linux",
	)}
}

_found(about, os) := testing.expected(
	"warn",
	"node-taint",
	about,
	{"enforcedBy": "scheduler", "because": sprintf("label kubernetes.io/os is %s", [os])},
)
