package lib.windows.rules.node_os_version_test

import data.lib.windows.config
import data.lib.windows.rules.node_os_version
import data.lib.windows.testing_test as testing

_node(labels, kernel) := {
	"apiVersion": "v1",
	"kind": "Node",
	"metadata": {"name": "win-1", "labels": object.union({"kubernetes.io/os": "windows"}, labels)},
	"status": {"nodeInfo": {"kernelVersion": kernel}},
}

_built(build) := {"node.kubernetes.io/windows-build": build}

test_silent[name] if {
	some name, manifest in {
		"Windows Server 2022": _node(_built("10.0.20348"), ""),
		"Windows Server 2025": _node(_built("10.0.26100"), "10.0.26100.1742"),
		"Windows Server 2022 by the kubelet": _node({}, "10.0.20348.2700"),
		"an unknown version": _node({}, ""),
		"a label that is not a build": _node(_built("ltsc2019"), ""),
		"a Linux node": _node({"kubernetes.io/os": "linux", "node.kubernetes.io/windows-build": "10.0.17763"}, "6.8.0"),
		"a pod": testing.windows_pod({}),
		"no object": null,
	}
	got := node_os_version.finding with input as manifest
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"a Windows node": {"input": _node({}, ""), "want": {true}},
		"a Linux node": {"input": _node({"kubernetes.io/os": "linux"}, ""), "want": set()},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
	}
	got := {true | node_os_version.applies} with input as tc.input
	got == tc.want
}

test_not_supported[name] if {
	some name, tc in {
		"Windows Server 2019": {"input": _node(_built("10.0.17763"), ""), "field": _label, "build": "10.0.17763"},
		"Windows Server, version 23H2": {"input": _node(_built("10.0.25398"), ""), "field": _label, "build": "10.0.25398"},
		"a prefix of a supported build": {"input": _node(_built("10.0.2034"), ""), "field": _label, "build": "10.0.2034"},
		"Windows Server 2019 by the kubelet": {"input": _node({}, "10.0.17763.6532"), "field": _kernel, "build": "10.0.17763"},
		"Windows Server 2019 by the kubelet, and a label that is not a build": {
			"input": _node(_built("ltsc2019"), "10.0.17763.6532"),
			"field": _kernel,
			"build": "10.0.17763",
		},
		"a label that differs from the kubelet": {
			"input": _node(_built("10.0.17763"), "10.0.20348.2700"),
			"field": _label,
			"build": "10.0.17763",
		},
	}
	got := node_os_version.finding with input as tc.input
	got == {_found(tc.field, tc.build)}
}

test_builds_of_the_configuration[name] if {
	some name, want in {
		"10.0.17763": set(),
		"10.0.20348": {_found(_label, "10.0.20348")},
	}
	got := node_os_version.finding with input as _node(_built(name), "")
		with config as {"rules": {"node-os-version": {"parameters": {"supportedBuilds": ["10.0.17763"]}}}}
	got == want
}

_label := "metadata.labels[node.kubernetes.io/windows-build]"

_kernel := "status.nodeInfo.kernelVersion"

_found(field, build) := testing.expected(
	"warn",
	"node-os-version",
	{
		"field": field,
		"says": sprintf("Windows %s is no supported version; replace the node, or declare the build as supported", [build]),
	},
	{"enforcedBy": "advice", "because": "label kubernetes.io/os is windows"},
)
