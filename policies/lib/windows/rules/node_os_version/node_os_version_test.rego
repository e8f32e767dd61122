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

test_platform[name] if {
	some name, tc in {
		"AKS and 2019": {"build": "10.0.17763", "kubelet": "v1.35.4", "config": {}, "want": {_gone("10.0.17763", "2026-03-01")}},
		"AKS and the annual channel": {
			"build": "10.0.25398",
			"kubelet": "v1.35.4",
			"config": {},
			"want": {_gone("10.0.25398", "2026-05-15")},
		},
		"AKS and 2022 on a kubelet of 1.37": {"build": "10.0.20348", "kubelet": "v1.37.0", "config": {}, "want": {_without}},
		"AKS and 2022 on a kubelet of 1.36": {
			"build": "10.0.20348",
			"kubelet": "v1.36.3",
			"config": {"kubernetesVersion": "1.37"},
			"want": set(),
		},
		"AKS and 2022 in a cluster of 1.37": {
			"build": "10.0.20348",
			"kubelet": "",
			"config": {"kubernetesVersion": "1.37.2"},
			"want": {_without},
		},
		"AKS and 2022 in a cluster of 1.36": {
			"build": "10.0.20348",
			"kubelet": "",
			"config": {"kubernetesVersion": "1.36"},
			"want": set(),
		},
		"AKS and 2022 in a cluster of any version": {"build": "10.0.20348", "kubelet": "", "config": {}, "want": set()},
		"AKS and 2025": {"build": "10.0.26100", "kubelet": "v1.37.0", "config": {}, "want": set()},
		"AKS and a build that Kubernetes does not test either": {
			"build": "10.0.19042",
			"kubelet": "",
			"config": {},
			"want": {_found(_label, "10.0.19042")},
		},
		"another platform": {
			"build": "10.0.20348",
			"kubelet": "v1.37.0",
			"config": {"platform": "eks"},
			"want": set(),
		},
		"AKS and a build that the configuration lists": {
			"build": "10.0.17763",
			"kubelet": "",
			"config": {"rules": {"node-os-version": {"parameters": {"supportedBuilds": ["10.0.17763"]}}}},
			"want": set(),
		},
		"AKS and a build that the configuration does not list": {
			"build": "10.0.25398",
			"kubelet": "",
			"config": {"rules": {"node-os-version": {"parameters": {"supportedBuilds": ["10.0.17763"]}}}},
			"want": {_gone("10.0.25398", "2026-05-15")},
		},
	}
	node := object.union(_node(_built(tc.build), ""), {"status": {"nodeInfo": {"kubeletVersion": tc.kubelet}}})
	got := node_os_version.finding with input as node with config as object.union({"platform": "aks"}, tc.config)
	got == tc.want
}

_gone(build, day) := _said(_label, sprintf("AKS ended its support for Windows %s nodes on %s. Replace the node.", [build, day]))

_without := _said(_label, "AKS has no Windows 10.0.20348 nodes with Kubernetes 1.37 or later. Replace the node.")

_label := "metadata.labels[node.kubernetes.io/windows-build]"

_kernel := "status.nodeInfo.kernelVersion"

_found(field, build) := _said(
	field,
	sprintf("Kubernetes does not test nodes of Windows %s. Replace the node, or add the build to supportedBuilds.", [build]),
)

_said(field, says) := testing.expected(
	"warn",
	"node-os-version",
	{"field": field, "says": says},
	{"enforcedBy": "advice", "because": "label kubernetes.io/os is windows"},
)
