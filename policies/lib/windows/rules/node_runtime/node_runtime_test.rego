package lib.windows.rules.node_runtime_test

import data.lib.windows.config
import data.lib.windows.rules.node_runtime
import data.lib.windows.testing_test as testing

_node(runtime) := {
	"apiVersion": "v1",
	"kind": "Node",
	"metadata": {"name": "win-1"},
	"status": {"nodeInfo": {
		"operatingSystem": "windows",
		"kernelVersion": "10.0.20348.2700",
		"containerRuntimeVersion": runtime,
	}},
}

test_versions[name] if {
	some name, want in {
		"containerd://1.7.24+azure": set(),
		"containerd://1.10.0": set(),
		"containerd://2.0.0-rc.1": set(),
		"containerd://1.4.0": set(),
		"containerd://1.4.0+azure": set(),
		"containerd://1.4.0-beta.1": {_older("1.4.0")},
		"containerd://1.3.10": {_older("1.4.0")},
		"containerd://v1.3.10+azure": {_older("1.4.0")},
		"containerd://unknown": set(),
		"docker://25.0.13m2": set(),
		"docker://20.10.9": {_older("25.0.0")},
		"cri-o://1.30.0": {_found("a runtime that has no Windows containers; use containerd")},
		"1.3.0": set(),
		"": set(),
	}
	got := node_runtime.finding with input as _node(name)
	got == want
}

test_silent[name] if {
	some name, manifest in {
		"written by hand": {
			"apiVersion": "v1",
			"kind": "Node",
			"metadata": {"name": "win-1", "labels": {"kubernetes.io/os": "windows"}},
		},
		"linux": object.union(_node("cri-o://1.30.0"), {"status": {"nodeInfo": {"operatingSystem": "linux"}}}),
		"linux, old": object.union(_node("docker://17.3.0"), {"status": {"nodeInfo": {"operatingSystem": "linux"}}}),
		"a pod": testing.windows_pod({}),
		"null": null,
	}
	got := node_runtime.finding with input as manifest
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"a Windows node": {"input": _node("containerd://1.7.24"), "want": {true}},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
	}
	got := {true | node_runtime.applies} with input as tc.input
	got == tc.want
}

test_parameters[name] if {
	some name, tc in {
		"containerd for HostProcess": {
			"runtime": "containerd://1.5.9",
			"parameters": {"minimumContainerd": "1.6.0"},
			"want": {_older("1.6.0")},
		},
		"an older Mirantis": {
			"runtime": "docker://20.10.9",
			"parameters": {"minimumMirantis": "20.10.0"},
			"want": set(),
		},
		"a minimum that is no version": {
			"runtime": "containerd://1.3.0",
			"parameters": {"minimumContainerd": "latest"},
			"want": set(),
		},
		"containerd only": {
			"runtime": "docker://25.0.13",
			"parameters": {"containerdOnly": true},
			"want": {_found("the configuration asks for containerd, which alone honours terminationGracePeriodSeconds; use it")},
		},
		"containerd only, and it is": {
			"runtime": "containerd://1.7.24",
			"parameters": {"containerdOnly": true},
			"want": set(),
		},
	}
	got := node_runtime.finding with input as _node(tc.runtime)
		with config as {"rules": {"node-runtime": {"parameters": tc.parameters}}}
	got == tc.want
}

test_mirantis_on_old_windows[name] if {
	some name, tc in {
		"as the kubelet reports": _changed({"kernelVersion": "10.0.14393.7515"}, {}),
		"as the label says": _changed({"kernelVersion": ""}, {"node.kubernetes.io/windows-build": "10.0.14393"}),
	}
	got := node_runtime.finding with input as tc
	got == {_found("the Mirantis Container Runtime needs Windows Server 2019 or later, build 10.0.17763; update Windows")}
}

_changed(info, labels) := object.union(
	_node("docker://25.0.13"),
	{"metadata": {"labels": labels}, "status": {"nodeInfo": info}},
)

_older(minimum) := _found(sprintf("older than %s, the oldest that is accepted for Windows nodes; update it", [minimum]))

_found(says) := testing.expected(
	"warn",
	"node-runtime",
	{"field": "status.nodeInfo.containerRuntimeVersion", "says": says},
	{"enforcedBy": "runtime", "because": "status.nodeInfo.operatingSystem is windows"},
)
