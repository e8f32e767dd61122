package lib.windows.kubelet_files_test

import data.lib.windows.config
import data.lib.windows.kubelet_files
import data.lib.windows.testing_test as testing

_kubelet(fields) := object.union({"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}, fields)

_proxy(fields) := object.union({"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration"}, fields)

_join(registration) := {
	"apiVersion": "kubeadm.k8s.io/v1beta4",
	"kind": "JoinConfiguration",
	"nodeRegistration": registration,
}

test_document[name] if {
	some name, tc in {
		"KubeletConfiguration": {"input": _kubelet({}), "want": 1},
		"KubeProxyConfiguration": {"input": _proxy({}), "want": 1},
		"InitConfiguration": {"input": _join({}), "want": 1},
		"InitConfiguration v1beta3": {
			"input": object.union(_join({}), {"apiVersion": "kubeadm.k8s.io/v1beta3"}),
			"want": 1,
		},
		"another kind of kubeadm": {
			"input": object.union(_join({}), {"kind": "ClusterConfiguration"}),
			"want": 0,
		},
		"another API group": {"input": object.union(_join({}), {"apiVersion": "example.com/v1"}), "want": 0},
		"a pod": {"input": testing.windows_pod({}), "want": 0},
		"a kind of the wrong type": {"input": {"apiVersion": "v1", "kind": ["Pod"]}, "want": 0},
		"null": {"input": null, "want": 0},
	}
	got := count({document | document := kubelet_files.document}) with input as tc.input
	got == tc.want
}

test_because[name] if {
	some name, tc in {
		"a path with a drive": {
			"input": _kubelet({"authentication": {"x509": {"clientCAFile": `C:\k\pki\ca.crt`}}}),
			"want": {"authentication.x509.clientCAFile is a Windows path"},
		},
		"a path with a drive and slashes": {
			"input": _kubelet({"staticPodPath": "d:/k/manifests"}),
			"want": {"staticPodPath is a Windows path"},
		},
		"a pipe": {
			"input": _join({"criSocket": "npipe:////./pipe/containerd-containerd"}),
			"want": {"nodeRegistration.criSocket is a Windows path"},
		},
		"a pipe without npipe": {
			"input": _kubelet({"containerRuntimeEndpoint": `\\.\pipe\containerd-containerd`}),
			"want": {"containerRuntimeEndpoint is a Windows path"},
		},
		"a path in a list": {
			"input": _join({"kubeletExtraArgs": [
				{"name": "v", "value": "2"},
				{"name": "cert-dir", "value": `C:\k\pki`},
			]}),
			"want": {"nodeRegistration.kubeletExtraArgs[1].value is a Windows path"},
		},
		"a path in a map": {
			"input": _join({"kubeletExtraArgs": {"cert-dir": `C:\k\pki`}}),
			"want": {"nodeRegistration.kubeletExtraArgs[cert-dir] is a Windows path"},
		},
		"the first path of two": {
			"input": _kubelet({"volumePluginDir": `C:\k\plugins`, "podLogsDir": `C:\logs`}),
			"want": {"podLogsDir is a Windows path"},
		},
		"a Windows flag": {
			"input": _join({"kubeletExtraArgs": {"windows-priorityclass": "HIGH_PRIORITY_CLASS"}}),
			"want": {"nodeRegistration.kubeletExtraArgs[windows-priorityclass] is a flag of Windows kubelets only"},
		},
		"the taint of the documentation": {
			"input": _kubelet({"registerWithTaints": [{"key": "os", "value": "windows", "effect": "NoSchedule"}]}),
			"want": {"the node registers with the taint os=windows"},
		},
		"the taint of a provider": {
			"input": _join({"taints": [{"key": "node.kubernetes.io/os", "value": "win1809", "effect": "NoSchedule"}]}),
			"want": {"the node registers with the taint node.kubernetes.io/os=win1809"},
		},
		"a taint in a flag": {
			"input": _join({"kubeletExtraArgs": {"register-with-taints": "OS=Windows:NoSchedule"}}),
			"want": {"the node registers with the taint OS=Windows"},
		},
		"a Linux taint": {
			"input": _kubelet({"registerWithTaints": [{"key": "os", "value": "linux", "effect": "NoSchedule"}]}),
			"want": set(),
		},
		"a taint of other nodes": {
			"input": _kubelet({"registerWithTaints": [{"key": "gpu", "value": "windy", "effect": "NoSchedule"}]}),
			"want": set(),
		},
		"kernelspace": {"input": _proxy({"mode": "kernelspace"}), "want": {"mode is kernelspace"}},
		"a setting of winkernel": {
			"input": _proxy({"winkernel": {"networkName": "", "enableDSR": true}}),
			"want": {"winkernel.enableDSR is set"},
		},
		"winkernel, as kubeadm writes it on linux": {
			"input": _proxy({"mode": "iptables", "winkernel": {
				"enableDSR": false,
				"forwardHealthCheckVip": false,
				"networkName": "",
				"rootHnsEndpointName": "",
				"sourceVip": "",
			}}),
			"want": set(),
		},
		"Linux paths": {
			"input": _kubelet({"authentication": {"x509": {"clientCAFile": "/etc/kubernetes/pki/ca.crt"}}}),
			"want": set(),
		},
		"a Linux socket": {"input": _join({"criSocket": "unix:///run/containerd/containerd.sock"}), "want": set()},
		"a word with a colon": {"input": _kubelet({"podCIDR": "c:"}), "want": set()},
		"a registration of the wrong type": {"input": _join("windows"), "want": set()},
		"nothing": {"input": _kubelet({}), "want": set()},
		"another kind with a path": {"input": testing.windows_pod({"hostname": `C:\k`}), "want": set()},
	}
	got := {reason | reason := kubelet_files.because} with input as tc.input
	got == tc.want
}

test_because_of_a_configured_taint if {
	document := _kubelet({"registerWithTaints": [{"key": "pool", "value": "iis", "effect": "NoSchedule"}]})
	got := kubelet_files.because with input as document
		with config as {"taints": [{"key": "pool", "value": "iis", "effect": "NoSchedule"}]}
	got == "the node registers with the taint pool=iis"
}

test_kubelet_settings[name] if {
	some name, tc in {
		"fields": {
			"input": _kubelet({"maxPods": 110, "resolvConf": "", "userNamespaces": null}),
			"want": {
				{"name": "apiVersion", "value": "kubelet.config.k8s.io/v1beta1", "field": "apiVersion"},
				{"name": "kind", "value": "KubeletConfiguration", "field": "kind"},
				{"name": "maxPods", "value": 110, "field": "maxPods"},
				{"name": "resolvConf", "value": "", "field": "resolvConf"},
			},
		},
		"flags in a map": {
			"input": _join({"kubeletExtraArgs": {"resolv-conf": "Host", "v": "2", "max-pods": 110}}),
			"want": {
				{"name": "resolvConf", "value": "Host", "field": "nodeRegistration.kubeletExtraArgs[resolv-conf]"},
				{"name": "v", "value": "2", "field": "nodeRegistration.kubeletExtraArgs[v]"},
			},
		},
		"flags in a list": {
			"input": _join({"kubeletExtraArgs": [{"name": "v", "value": "2"}, {"name": "resolv-conf", "value": ""}, "v"]}),
			"want": {
				{"name": "v", "value": "2", "field": "nodeRegistration.kubeletExtraArgs[0].value"},
				{"name": "resolvConf", "value": "", "field": "nodeRegistration.kubeletExtraArgs[1].value"},
			},
		},
		"flags that are null": {"input": _join({"kubeletExtraArgs": null}), "want": set()},
	}
	got := kubelet_files.kubelet_settings with input as tc.input
	got == tc.want
}

test_taints[name] if {
	some name, tc in {
		"of the kubelet": {
			"input": _kubelet({"registerWithTaints": [{"key": "os", "value": "windows", "effect": "NoSchedule"}]}),
			"want": {{"key": "os", "value": "windows", "effect": "NoSchedule"}},
		},
		"without a value": {
			"input": _join({"taints": [{"key": "windows", "effect": "NoExecute"}]}),
			"want": {{"key": "windows", "value": "", "effect": "NoExecute"}},
		},
		"in a flag": {
			"input": _join({"kubeletExtraArgs": {"register-with-taints": "os=windows:NoSchedule,gpu:NoExecute,=,a=b"}}),
			"want": {
				{"key": "os", "value": "windows", "effect": "NoSchedule"},
				{"key": "gpu", "value": "", "effect": "NoExecute"},
			},
		},
		"none": {"input": _join({"taints": []}), "want": set()},
	}
	got := kubelet_files.taints with input as tc.input
	got == tc.want
}

test_gates[name] if {
	some name, tc in {
		"of the kubelet": {
			"input": _kubelet({"featureGates": {"A": true, "B": false}}),
			"want": {
				{"name": "A", "on": true, "field": "featureGates.A"},
				{"name": "B", "on": false, "field": "featureGates.B"},
			},
		},
		"in a flag": {
			"input": _join({"kubeletExtraArgs": {"feature-gates": "A=true, B=False,C, D = t ,E=1"}}),
			"want": {
				{"name": "A", "on": true, "field": "nodeRegistration.kubeletExtraArgs[feature-gates]"},
				{"name": "B", "on": false, "field": "nodeRegistration.kubeletExtraArgs[feature-gates]"},
				{"name": "D", "on": true, "field": "nodeRegistration.kubeletExtraArgs[feature-gates]"},
				{"name": "E", "on": true, "field": "nodeRegistration.kubeletExtraArgs[feature-gates]"},
			},
		},
		"none": {"input": _kubelet({"featureGates": null}), "want": set()},
	}
	got := kubelet_files.gates with input as tc.input
	got == tc.want
}
