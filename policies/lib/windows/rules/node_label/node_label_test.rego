package lib.windows.rules.node_label_test

import data.lib.windows.rules.node_label
import data.lib.windows.testing_test as testing

_by_label := "label kubernetes.io/os is windows"

_by_kubelet := "status.nodeInfo.operatingSystem is windows"

_good := {"kubernetes.io/os": "windows", "kubernetes.io/arch": "amd64", "node.kubernetes.io/windows-build": "10.0.20348"}

_linux := {"kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64"}

_node(labels, info) := {
	"apiVersion": "v1",
	"kind": "Node",
	"metadata": {"name": "node-1", "labels": labels},
	"status": {"nodeInfo": info},
}

_info := {"operatingSystem": "windows", "architecture": "amd64", "kernelVersion": "10.0.20348.2700"}

test_silent[name] if {
	some name, manifest in {
		"a registered node": _node(_good, _info),
		"a node written by hand": object.remove(_node(_good, {}), ["status"]),
		"a node written by hand, as the API server shows it": _node(
			_good,
			{"operatingSystem": "", "architecture": "", "kernelVersion": ""},
		),
		"a Linux node": _node(_linux, {"operatingSystem": "linux", "architecture": "amd64", "kernelVersion": "6.8.0-49-generic"}),
		"a Linux node on ARM": _node(
			object.union(_linux, {"kubernetes.io/arch": "arm64"}),
			{"operatingSystem": "linux", "architecture": "arm64"},
		),
		"a kernel version that is not a Windows version": _node(_good, object.union(_info, {"kernelVersion": "unknown"})),
		"a pod": testing.windows_pod({}),
		"no object": null,
	}
	got := node_label.finding with input as manifest
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"a node": {"input": _node({}, {}), "want": {true}},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
	}
	got := {true | node_label.applies} with input as tc.input
	got == tc.want
}

test_os[name] if {
	some name, tc in {
		"Windows in upper case": {"labels": {"kubernetes.io/os": "Windows"}, "info": {}, "want": {_no_os("deny", "nothing names the OS of the node")}},
		"Windows in upper case, and the kubelet reports windows": {
			"labels": {"kubernetes.io/os": "Windows", "node.kubernetes.io/windows-build": "10.0.20348"},
			"info": _info,
			"want": {_no_os("deny", _by_kubelet)},
		},
		"linux, and the kubelet reports windows": {
			"labels": {"kubernetes.io/os": "linux", "node.kubernetes.io/windows-build": "10.0.20348"},
			"info": _info,
			"want": {_differs("deny", "kubernetes.io/os", "operatingSystem", _by_kubelet)},
		},
		"windows, and the kubelet reports linux": {
			"labels": _good,
			"info": {"operatingSystem": "linux"},
			"want": {_differs("deny", "kubernetes.io/os", "operatingSystem", _by_label)},
		},
	}
	got := node_label.finding with input as _node(object.union({"kubernetes.io/arch": "amd64"}, tc.labels), tc.info)
	got == tc.want
}

test_architecture if {
	got := node_label.finding with input as _node(object.union(_good, {"kubernetes.io/arch": "x86_64"}), _info)
	got == {_differs("deny", "kubernetes.io/arch", "architecture", _by_kubelet)}
}

test_update_gives_a_warning[name] if {
	some name, tc in {
		"an invalid OS": {
			"labels": object.union(_linux, {"kubernetes.io/os": "Linux"}),
			"want": {_no_os("warn", "nothing names the OS of the node")},
		},
		"another architecture": {
			"labels": object.union(_linux, {"kubernetes.io/arch": "arm64"}),
			"want": {_differs("warn", "kubernetes.io/arch", "architecture", "label kubernetes.io/os is linux")},
		},
	}
	info := {"architecture": "amd64"}
	review := testing.updates(_node(_linux, info), _node(tc.labels, info)).Gatekeeper
	got := node_label.finding with input as review
	got == tc.want
}

test_missing[name] if {
	some name, tc in {
		"the OS": {
			"labels": object.remove(_good, ["kubernetes.io/os"]),
			"want": {_missing("kubernetes.io/os", _by_kubelet)},
		},
		"the architecture": {
			"labels": object.remove(_good, ["kubernetes.io/arch"]),
			"want": {_missing("kubernetes.io/arch", _by_kubelet)},
		},
		"an empty architecture": {
			"labels": object.union(_good, {"kubernetes.io/arch": ""}),
			"want": {_missing("kubernetes.io/arch", _by_kubelet)},
		},
		"the build": {
			"labels": object.remove(_good, ["node.kubernetes.io/windows-build"]),
			"want": {_no_build},
		},
		"all labels": {
			"labels": null,
			"want": {_missing("kubernetes.io/os", _by_kubelet), _missing("kubernetes.io/arch", _by_kubelet), _no_build},
		},
	}
	got := node_label.finding with input as _node(tc.labels, _info)
	got == tc.want
}

# Nothing tells what these nodes run, so they may be fixtures.
test_node_of_unknown_os[name] if {
	some name, tc in {
		"no labels": {"labels": null, "info": {}},
		"another label": {"labels": {"disk": "ssd"}, "info": {}},
		"an architecture": {"labels": {"kubernetes.io/arch": "amd64"}, "info": {}},
		"an empty label": {"labels": {"kubernetes.io/os": ""}, "info": {}},
		"a version of the kubelet": {"labels": {}, "info": {"kubeletVersion": "v1.37.2", "operatingSystem": ""}},
	}
	got := node_label.finding with input as _node(tc.labels, tc.info)
	got == set()
}

test_missing_on_a_node_that_another_label_tells[name] if {
	some name, tc in {
		"the deprecated label": {"labels": {"beta.kubernetes.io/os": "windows"}, "info": {}},
		"a label of the provider": {"labels": {"kubernetes.azure.com/os-type": "Windows"}, "info": {}},
		"the image": {"labels": {}, "info": {"osImage": "Windows Server 2022 Datacenter"}},
		"the kernel": {"labels": {}, "info": {"kernelVersion": "6.8.0-49-generic"}},
	}
	because := "nothing names the OS of the node"
	got := node_label.finding with input as _node(tc.labels, tc.info)
	got == {_missing("kubernetes.io/os", because), _missing("kubernetes.io/arch", because)}
}

test_build[name] if {
	some name, tc in {
		"17763": {_malformed},
		"10.0": {_malformed},
		"10.0.20348.2700": {_malformed},
		"ltsc2022": {_malformed},
		"10.0.17763": {_other_build},
		"10.0.2034": {_other_build},
		"10.0.20348": set(),
	}
	got := node_label.finding with input as _node(
		object.union(_good, {"node.kubernetes.io/windows-build": name}),
		_info,
	)
	got == tc
}

test_build_of_a_node_that_is_not_windows[name] if {
	some name, labels in {
		"a Linux node": _linux,
		"a node with an invalid OS": {"kubernetes.io/os": "Linux", "kubernetes.io/arch": "amd64"},
	}
	build := {"node.kubernetes.io/windows-build": "10.0.20348"}
	because := "status.nodeInfo.operatingSystem is linux"
	got := {found |
		some found in node_label.finding
		found.details.field == "metadata.labels[node.kubernetes.io/windows-build]"
	} with input as _node(object.union(labels, build), {"operatingSystem": "linux"})
	got == {_found(
		"warn",
		{
			"field": "metadata.labels[node.kubernetes.io/windows-build]",
			"says": "Only Windows nodes have a Windows build, so Windows pods land here and cannot run. Remove the label.",
		},
		{"enforcedBy": "kubelet", "because": because},
	)}
}

_no_os(severity, because) := _found(
	severity,
	{
		"field": "metadata.labels[kubernetes.io/os]",
		"says": "The value is not windows or linux, so no pod that selects an OS finds the node. Let the kubelet set the label.",
	},
	{"enforcedBy": "scheduler", "because": because},
)

_differs(severity, label, reported, because) := _found(
	severity,
	{
		"field": sprintf("metadata.labels[%s]", [label]),
		"says": sprintf(
			"The kubelet reports another %s, so pods land here and cannot run. Let the kubelet set the label.",
			[reported],
		),
	},
	{"enforcedBy": "kubelet", "because": because},
)

_missing(label, because) := _found(
	"warn",
	{
		"field": sprintf("metadata.labels[%s]", [label]),
		"says": "The label is missing, so no pod that selects it finds the node. Let the kubelet register the node, or add the label.",
	},
	{"enforcedBy": "scheduler", "because": because},
)

_no_build := _of_build("The label is missing, so pods that select a Windows version do not find the node. Add the build, such as 10.0.20348.")

_malformed := _of_build("A Windows build has three numbers and no revision, so pods that select the build miss the node. Write it like 10.0.20348.")

_other_build := _of_build("The kubelet reports another kernelVersion, so pods land on the wrong Windows version. Let the kubelet set the label.")

_of_build(says) := _found(
	"warn",
	{"field": "metadata.labels[node.kubernetes.io/windows-build]", "says": says},
	{"enforcedBy": "scheduler", "because": _by_kubelet},
)

_found(severity, about, more) := testing.expected(severity, "node-label", about, more)
