package lib.windows.nodes_test

import data.lib.windows.nodes
import data.lib.windows.testing_test as testing

_node(fields) := object.union({"apiVersion": "v1", "kind": "Node", "metadata": {"name": "win-1"}}, fields)

_labelled(labels) := _node({"metadata": {"labels": labels}})

_reporting(info) := _node({"status": {"nodeInfo": info}})

test_evidence[name] if {
	some name, tc in {
		"nodeInfo is windows": {
			"input": _reporting({"operatingSystem": "windows"}),
			"want": {{"os": "windows", "because": "status.nodeInfo.operatingSystem is windows"}},
		},
		"nodeInfo is linux": {
			"input": _reporting({"operatingSystem": "linux"}),
			"want": {{"os": "linux", "because": "status.nodeInfo.operatingSystem is linux"}},
		},
		"the label is windows": {
			"input": _labelled({"kubernetes.io/os": "windows"}),
			"want": {{"os": "windows", "because": "label kubernetes.io/os is windows"}},
		},
		"the label is linux": {
			"input": _labelled({"kubernetes.io/os": "linux"}),
			"want": {{"os": "linux", "because": "label kubernetes.io/os is linux"}},
		},
		"the label is windows, nodeInfo linux": {
			"input": _node({
				"metadata": {"labels": {"kubernetes.io/os": "windows"}},
				"status": {"nodeInfo": {"operatingSystem": "linux"}},
			}),
			"want": {{"os": "windows", "because": "label kubernetes.io/os is windows"}},
		},
		"only the build label": {
			"input": _labelled({"node.kubernetes.io/windows-build": "10.0.20348"}),
			"want": {{"os": "windows", "because": "the node has label node.kubernetes.io/windows-build"}},
		},
		"the build label on linux": {
			"input": _labelled({"kubernetes.io/os": "linux", "node.kubernetes.io/windows-build": "10.0.20348"}),
			"want": {{"os": "linux", "because": "label kubernetes.io/os is linux"}},
		},
		"empty strings, as in a Node written by hand": {
			"input": _reporting({"operatingSystem": "", "architecture": "", "kernelVersion": ""}),
			"want": set(),
		},
		"nothing": {"input": _node({}), "want": set()},
		"null labels": {"input": _labelled(null), "want": set()},
		"a label of the wrong type": {"input": _labelled({"kubernetes.io/os": ["windows"]}), "want": set()},
		"an empty label": {"input": _labelled({"node.kubernetes.io/windows-build": ""}), "want": set()},
		"another kind": {
			"input": object.union(_labelled({"kubernetes.io/os": "windows"}), {"kind": "CSINode"}),
			"want": set(),
		},
		"another API group": {
			"input": object.union(_labelled({"kubernetes.io/os": "windows"}), {"apiVersion": "example.com/v1"}),
			"want": set(),
		},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
		"null": {"input": null, "want": set()},
	}
	got := {found | found := nodes.evidence} with input as tc.input
	got == tc.want
}

test_windows[name] if {
	some name, tc in {
		"by label": {"input": _labelled({"kubernetes.io/os": "windows"}), "want": {true}},
		"linux": {"input": _labelled({"kubernetes.io/os": "linux"}), "want": set()},
		"unknown": {"input": _node({}), "want": set()},
	}
	got := {true | nodes.windows} with input as tc.input
	got == tc.want
}

test_because[name] if {
	some name, tc in {
		"known": {"input": _labelled({"kubernetes.io/os": "linux"}), "want": "label kubernetes.io/os is linux"},
		"unknown": {"input": _node({}), "want": "nothing names the OS of the node"},
	}
	got := nodes.because with input as tc.input
	got == tc.want
}

test_reported_build[name] if {
	some name, want in {
		"10.0.20348.2700": {"10.0.20348"},
		"10.0.26100": {"10.0.26100"},
		"10.0": set(),
		"": set(),
		"unknown": set(),
	}
	got := {build | build := nodes.reported_build} with input as _reporting({
		"operatingSystem": "windows",
		"kernelVersion": name,
	})
	got == want
}

test_reported_build_of_a_linux_kernel if {
	got := {build | build := nodes.reported_build} with input as _reporting({
		"operatingSystem": "linux",
		"kernelVersion": "6.8.0-49-generic",
	})
	got == set()
}

test_deny_on_create_warns_on_update[name] if {
	meta := [{}, {"annotations": {"custom": {"id": "node-label"}}}]
	about := {"field": "metadata", "says": "wrong", "enforcedBy": "advice", "because": "a test"}
	made := {name: "deny" | some name, _ in testing.input_forms({})}
	some name, want in object.union(made, {"update": "warn"})
	inputs := object.union(
		testing.input_forms(_node({})),
		{"update": testing.updates(_node({}), _node({})).AdmissionReview},
	)
	got := nodes.deny_on_create(meta, about) with input as inputs[name]
	got == testing.expected(want, "node-label", about, {"enforcedBy": "advice", "because": "a test"})
}
