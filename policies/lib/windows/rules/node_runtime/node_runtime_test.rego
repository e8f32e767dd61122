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
		"containerd://1.6.0": set(),
		"containerd://1.6.0+azure": set(),
		"containerd://1.6.0-beta.1": {_older("1.6.0")},
		"containerd://1.5.18": {_older("1.6.0")},
		"containerd://v1.5.18+azure": {_older("1.6.0")},
		"containerd://unknown": set(),
		"docker://25.0.13m2": set(),
		"docker://20.10.9": {_older("25.0.0")},
		"cri-o://1.30.0": {_found("This runtime has no Windows containers, so Windows pods do not start on the node. Use containerd.")},
		"1.3.0": set(),
		"": set(),
	}
	got := node_runtime.finding with input as _node(name)
	got == want
}

test_silent[name] if {
	some name, manifest in {
		"a node written by hand": {
			"apiVersion": "v1",
			"kind": "Node",
			"metadata": {"name": "win-1", "labels": {"kubernetes.io/os": "windows"}},
		},
		"a Linux node": object.union(_node("cri-o://1.30.0"), {"status": {"nodeInfo": {"operatingSystem": "linux"}}}),
		"a Linux node with an old runtime": object.union(_node("docker://17.3.0"), {"status": {"nodeInfo": {"operatingSystem": "linux"}}}),
		"a pod": testing.windows_pod({}),
		"no object": null,
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
		"a higher minimum for containerd": {
			"runtime": "containerd://1.6.36",
			"parameters": {"minimumContainerd": "1.7.0"},
			"want": {_older("1.7.0")},
		},
		"a lower minimum for containerd": {
			"runtime": "containerd://1.5.9",
			"parameters": {"minimumContainerd": "1.4.0"},
			"want": set(),
		},
		"a lower minimum for Mirantis": {
			"runtime": "docker://20.10.9",
			"parameters": {"minimumMirantis": "20.10.0"},
			"want": set(),
		},
		"a minimum that is not a version": {
			"runtime": "containerd://1.3.0",
			"parameters": {"minimumContainerd": "latest"},
			"want": set(),
		},
		"containerd required, and Docker runs": {
			"runtime": "docker://25.0.13",
			"parameters": {"containerdOnly": true},
			"want": {_found("Docker ignores terminationGracePeriodSeconds, and the configuration requires containerd. Use containerd.")},
		},
		"containerd required, and containerd runs": {
			"runtime": "containerd://1.7.24",
			"parameters": {"containerdOnly": true},
			"want": set(),
		},
	}
	got := node_runtime.finding with input as _node(tc.runtime)
		with config as {"rules": {"node-runtime": {"parameters": tc.parameters}}}
	got == tc.want
}

# From Kubernetes 1.38 on, the kubelet asks for what containerd 1.7 cannot tell.
test_kubernetes_1_38[name] if {
	some name, tc in {
		"a newer kubelet": {"kubelet": "v1.38.0", "config": {}, "minimum": {}, "want": {_older("2.0.0")}},
		"a newer kubelet in a cluster of an older version": {
			"kubelet": "v1.38.0",
			"config": {"kubernetesVersion": "1.37"},
			"minimum": {},
			"want": {_older("2.0.0")},
		},
		"an older kubelet in a cluster of that version": {
			"kubelet": "v1.37.2",
			"config": {"kubernetesVersion": "1.38"},
			"minimum": {},
			"want": set(),
		},
		"a node of no known version in a cluster of that version": {
			"kubelet": "",
			"config": {"kubernetesVersion": "1.38"},
			"minimum": {},
			"want": {_older("2.0.0")},
		},
		"a higher minimum": {
			"kubelet": "v1.38.0",
			"config": {},
			"minimum": {"minimumContainerd": "2.1.0"},
			"want": {_older("2.1.0")},
		},
		"no version": {"kubelet": "", "config": {}, "minimum": {}, "want": set()},
	}
	node := json.patch(_node("containerd://1.7.24"), [{"op": "add", "path": "/status/nodeInfo/kubeletVersion", "value": tc.kubelet}])
	got := node_runtime.finding with input as node
		with config as object.union(tc.config, {"rules": {"node-runtime": {"parameters": tc.minimum}}})
	got == tc.want
}

test_mirantis_on_old_windows[name] if {
	some name, tc in {
		"the build by the kubelet": _changed({"kernelVersion": "10.0.14393.7515"}, {}),
		"the build by the label": _changed({"kernelVersion": ""}, {"node.kubernetes.io/windows-build": "10.0.14393"}),
	}
	got := node_runtime.finding with input as tc
	got == {_found("The Mirantis Container Runtime does not run on Windows older than 10.0.17763. Update Windows.")}
}

_changed(info, labels) := object.union(
	_node("docker://25.0.13"),
	{"metadata": {"labels": labels}, "status": {"nodeInfo": info}},
)

_older(minimum) := _found(sprintf("This runtime is older than %s, so the kubelet does not register the node or pods fail. Update the runtime.", [minimum]))

_found(says) := testing.expected(
	"warn",
	"node-runtime",
	{"field": "status.nodeInfo.containerRuntimeVersion", "says": says},
	{"enforcedBy": "runtime", "because": "status.nodeInfo.operatingSystem is windows"},
)
