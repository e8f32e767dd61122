package lib.windows.rules.windows_capacity_test

import data.lib.windows.rules.windows_capacity
import data.lib.windows.run
import data.lib.windows.testing_test as testing

_node(name, os) := {
	"apiVersion": "v1",
	"kind": "Node",
	"metadata": {"name": name, "labels": {"kubernetes.io/os": os}},
}

test_finding[name] if {
	some name, tc in {
		"a pod, and only Linux nodes": {
			"input": testing.windows_pod({}),
			"nodes": [_node("a", "linux"), _node("b", "linux")],
			"want": {"spec"},
		},
		"a Deployment, and only Linux nodes": {
			"input": testing.deployment(testing.windows),
			"nodes": [_node("a", "linux")],
			"want": {"spec.template.spec"},
		},
		"a Windows node": {
			"input": testing.windows_pod({}),
			"nodes": [_node("a", "linux"), _node("b", "windows")],
			"want": set(),
		},
		"no nodes": {"input": testing.windows_pod({}), "nodes": [], "want": set()},
		"no pod": {"input": testing.runtime_class, "nodes": [_node("a", "linux")], "want": set()},
	}
	got := windows_capacity.finding with input as tc.input with run as {"Node": tc.nodes}
	got == {testing.switched_off(testing.expected(
		"warn",
		"windows-capacity",
		{
			"field": field,
			"says": "No known node runs Windows, so the pod stays Pending. Add a Windows node.",
		},
		{"enforcedBy": "scheduler"},
	)) |
		some field in tc.want
	}
}

test_unverified[name] if {
	some name, tc in {
		"no nodes": {"input": testing.windows_pod({}), "nodes": [], "want": {"spec"}},
		"a Linux node": {"input": testing.windows_pod({}), "nodes": [_node("a", "linux")], "want": set()},
		"no pod": {"input": testing.runtime_class, "nodes": [], "want": set()},
	}
	got := windows_capacity.unverified with input as tc.input with run as {"Node": tc.nodes}
	got == {testing.switched_off(testing.expected(
		"unverified",
		"windows-capacity",
		{
			"field": field,
			"says": "No node is known, so the rule cannot find a Windows node. Add the manifests of the nodes.",
		},
		{"enforcedBy": "scheduler"},
	)) |
		some field in tc.want
	}
}
