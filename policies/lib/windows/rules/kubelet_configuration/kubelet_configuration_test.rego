package lib.windows.rules.kubelet_configuration_test

import data.lib.windows.config
import data.lib.windows.rules.kubelet_configuration
import data.lib.windows.testing_test as testing

_by_path := "authentication.x509.clientCAFile is a Windows path"

_bare(fields) := object.union(
	{"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"},
	fields,
)

# A configuration for Windows that has no finding, with these additional fields.
_kubelet(fields) := object.union(
	_bare({
		"authentication": {"x509": {"clientCAFile": `C:\k\pki\ca.crt`}},
		"systemReserved": {"memory": "2Gi"},
		"resolvConf": "",
		"enforceNodeAllocatable": [],
	}),
	fields,
)

_join(registration) := {
	"apiVersion": "kubeadm.k8s.io/v1beta4",
	"kind": "JoinConfiguration",
	"nodeRegistration": object.union({"criSocket": "npipe:////./pipe/containerd-containerd"}, registration),
}

test_silent[name] if {
	some name, manifest in {
		"a correct configuration": _kubelet({
			"containerRuntimeEndpoint": "npipe:////./pipe/containerd-containerd",
			"cgroupsPerQOS": false,
			"evictionHard": {"memory.available": "500Mi", "nodefs.available": "10%", "imagefs.available": "15%"},
			"featureGates": {"WinDSR": true},
		}),
		"a tcp endpoint": _kubelet({"containerRuntimeEndpoint": "tcp://127.0.0.1:1234"}),
		"an empty endpoint": _kubelet({"containerRuntimeEndpoint": ""}),
		"no enforcement": _kubelet({"enforceNodeAllocatable": ["none"]}),
		"an empty enforcement": _kubelet({"enforceNodeAllocatable": [""]}),
		"an empty map of sysctls": _kubelet({"defaultPodSysctls": {}}),
		"null settings": _kubelet({
			"singleProcessOOMKill": null,
			"userNamespaces": null,
			"defaultPodSysctls": null,
			"resolvConf": null,
			"cgroupsPerQOS": null,
			"evictionHard": {"pid.available": null},
		}),
		"the host's DNS": _kubelet({"resolvConf": "Host"}),
		"a file of DNS servers": _kubelet({"resolvConf": `C:\k\resolv.conf`}),
		"memory that is not pinned": _kubelet({"memoryManagerPolicy": "None", "topologyManagerPolicyOptions": {
			"prefer-closest-numa-nodes": "false",
		}}),
		"memory reserved in two parts": _kubelet({"systemReserved": {"memory": "1Gi"}, "kubeReserved": {"memory": "1024Mi"}}),
		"a reservation that is not a quantity": _kubelet({"systemReserved": {"memory": "much"}}),
		"kubeadm flags": _join({"kubeletExtraArgs": [{"name": "windows-priorityclass", "value": "HIGH_PRIORITY_CLASS"}]}),
		"kubeadm flags of v1beta3": object.union(
			_join({"kubeletExtraArgs": {"windows-priorityclass": "ABOVE_NORMAL_PRIORITY_CLASS"}}),
			{"apiVersion": "kubeadm.k8s.io/v1beta3"},
		),
		"a kubeadm socket without scheme": _join({"criSocket": `\\.\pipe\containerd-containerd`}),
		"an empty kubeadm socket": _join({"criSocket": "", "taints": [
			{"key": "os", "value": "windows", "effect": "NoSchedule"},
		]}),
		"a null kubeadm socket": _join({"criSocket": null, "taints": [
			{"key": "os", "value": "windows", "effect": "NoSchedule"},
		]}),
		"a configuration for Linux": _bare({
			"cgroupsPerQOS": true,
			"enforceNodeAllocatable": ["pods"],
			"evictionHard": {"nodefs.inodesFree": "5%"},
			"memoryManagerPolicy": "Static",
			"resolvConf": "/run/systemd/resolve/resolv.conf",
			"singleProcessOOMKill": false,
			"containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock",
		}),
		"kubeadm for Linux": _join({"criSocket": "unix:///run/containerd/containerd.sock"}),
		"kube-proxy": {
			"apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
			"kind": "KubeProxyConfiguration",
			"mode": "kernelspace",
		},
		"a pod": testing.windows_pod({"resolvConf": "/etc/resolv.conf"}),
		"no object": null,
	}
	got := kubelet_configuration.finding with input as manifest
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"a kubelet file": {"input": _bare({}), "want": {true}},
		"kubeadm joins": {"input": _join({}), "want": {true}},
		"kubeadm starts": {"input": object.union(_join({}), {"kind": "InitConfiguration"}), "want": {true}},
		"kube-proxy": {
			"input": {"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration"},
			"want": set(),
		},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
	}
	got := {true | kubelet_configuration.applies} with input as tc.input
	got == tc.want
}

test_rejected[name] if {
	remove := "The kubelet on Windows does not start with this setting. Remove the setting."
	endpoint := "The kubelet on Windows reaches a runtime only by npipe or tcp. Use npipe:////./pipe/containerd-containerd."
	dns := `Windows does not have this file, so pods do not start. Use "" or Host.`
	some name, tc in {
		"singleProcessOOMKill": {"fields": {"singleProcessOOMKill": false}, "field": "singleProcessOOMKill", "says": remove},
		"userNamespaces": {"fields": {"userNamespaces": {}}, "field": "userNamespaces", "says": remove},
		"defaultPodSysctls": {
			"fields": {"defaultPodSysctls": {"net.ipv4.ip_unprivileged_port_start": "0"}},
			"field": "defaultPodSysctls",
			"says": remove,
		},
		"a Linux socket": {
			"fields": {"containerRuntimeEndpoint": "unix:///run/containerd/containerd.sock"},
			"field": "containerRuntimeEndpoint",
			"says": endpoint,
		},
		"a pipe without scheme": {
			"fields": {"containerRuntimeEndpoint": `\\.\pipe\containerd-containerd`},
			"field": "containerRuntimeEndpoint",
			"says": endpoint,
		},
		"a Linux socket for images": {
			"fields": {"imageServiceEndpoint": "unix:///run/containerd/containerd.sock"},
			"field": "imageServiceEndpoint",
			"says": endpoint,
		},
		"another spelling of Host": {"fields": {"resolvConf": "host"}, "field": "resolvConf", "says": "The kubelet knows only the spelling Host, so pods do not start. Use Host."},
		"a Linux file of DNS servers": {"fields": {"resolvConf": "/etc/resolv.conf"}, "field": "resolvConf", "says": dns},
		"a policy that the kubelet refuses": {
			"fields": {"memoryManagerPolicy": "Static", "featureGates": {"WindowsCPUAndMemoryAffinity": true}},
			"field": "memoryManagerPolicy",
			"says": "The kubelet on Windows does not start with this policy. Use None.",
		},
	}
	got := kubelet_configuration.finding with input as _kubelet(tc.fields)
	got == {_found("deny", tc.field, tc.says, _kubelet_reads)}
}

test_ignored[name] if {
	cgroups := "Windows has no cgroups, so the kubelet ignores this setting. Use false, and set enforceNodeAllocatable to none."
	enforced := "Windows cannot enforce reservations, so the kubelet ignores this setting. Use none."
	policy := "Windows ignores this policy up to Kubernetes 1.37 unless WindowsCPUAndMemoryAffinity is on. Remove the policy."
	some name, tc in {
		"cgroups": {"fields": {"cgroupsPerQOS": true}, "want": {"cgroupsPerQOS": cgroups}},
		"enforcement": {"fields": {"enforceNodeAllocatable": ["pods"]}, "want": {"enforceNodeAllocatable": enforced}},
		"signals": {
			"fields": {
				"evictionHard": {"memory.available": "500Mi", "nodefs.inodesFree": "5%"},
				"evictionSoft": {"pid.available": "10%"},
			},
			"want": {
				"evictionHard[nodefs.inodesFree]": "Windows has no eviction signal nodefs.inodesFree, so the kubelet ignores this threshold. Remove the threshold.",
				"evictionSoft[pid.available]": "Windows has no eviction signal pid.available, so the kubelet ignores this threshold. Remove the threshold.",
			},
		},
		"a policy": {"fields": {"cpuManagerPolicy": "static"}, "want": {"cpuManagerPolicy": policy}},
	}
	got := kubelet_configuration.finding with input as _kubelet(tc.fields)
	got == {_found("warn", field, says, _kubelet_reads) | some field, says in tc.want}
}

test_flags[name] if {
	some name, tc in {
		"cgroups": {
			"flag": {"cgroups-per-qos": "true"},
			"severity": "warn",
			"says": "Windows has no cgroups, so the kubelet ignores this setting. Use false, and set enforceNodeAllocatable to none.",
		},
		"enforcement": {
			"flag": {"enforce-node-allocatable": "pods,kube-reserved"},
			"severity": "warn",
			"says": "Windows cannot enforce reservations, so the kubelet ignores this setting. Use none.",
		},
		"signals": {
			"flag": {"eviction-hard": "memory.available<500Mi, nodefs.inodesFree<5%"},
			"severity": "warn",
			"says": "Windows has no eviction signal nodefs.inodesFree, so the kubelet ignores this threshold. Remove the threshold.",
		},
		"a Linux socket": {
			"flag": {"container-runtime-endpoint": "unix:///run/containerd/containerd.sock"},
			"severity": "deny",
			"says": "The kubelet on Windows reaches a runtime only by npipe or tcp. Use npipe:////./pipe/containerd-containerd.",
		},
		"an unknown priority class": {
			"flag": {"windows-priorityclass": "HIGH"},
			"severity": "deny",
			"says": "Windows does not have this priority class, so the kubelet does not start. Use ABOVE_NORMAL_PRIORITY_CLASS.",
		},
	}
	some flag, value in tc.flag
	got := kubelet_configuration.finding with input as _join({"kubeletExtraArgs": tc.flag})
	got == {_found(
		tc.severity,
		sprintf("nodeRegistration.kubeletExtraArgs[%s]", [flag]),
		tc.says,
		{"enforcedBy": "kubelet", "because": "nodeRegistration.criSocket is a Windows path"},
	)}
}

test_socket_of_kubeadm[name] if {
	some name in ["unix:///run/containerd/containerd.sock", "/run/containerd/containerd.sock", "tcp://127.0.0.1:1"]
	taints := [{"key": "os", "value": "windows", "effect": "NoSchedule"}]
	got := kubelet_configuration.finding with input as _join({"criSocket": name, "taints": taints})
	got == {_found(
		"deny",
		"nodeRegistration.criSocket",
		"kubeadm on Windows accepts only npipe, so the node does not join. Use npipe:////./pipe/containerd-containerd.",
		{"enforcedBy": "kubelet", "because": "the node registers with the taint os=windows"},
	)}
}

test_priority[name] if {
	some name, tc in {
		"NORMAL_PRIORITY_CLASS": {"parameters": {}, "want": {"ABOVE_NORMAL_PRIORITY_CLASS"}},
		"IDLE_PRIORITY_CLASS": {"parameters": {}, "want": {"ABOVE_NORMAL_PRIORITY_CLASS"}},
		"HIGH_PRIORITY_CLASS": {"parameters": {}, "want": set()},
		"ABOVE_NORMAL_PRIORITY_CLASS": {
			"parameters": {"minimumPriorityClass": "HIGH_PRIORITY_CLASS"},
			"want": {"HIGH_PRIORITY_CLASS"},
		},
		"BELOW_NORMAL_PRIORITY_CLASS": {"parameters": {"minimumPriorityClass": "LOW"}, "want": set()},
	}
	got := kubelet_configuration.finding with input as _join({"kubeletExtraArgs": {"windows-priorityclass": name}})
		with config as {"rules": {"kubelet-configuration": {"parameters": tc.parameters}}}
	got == {_found(
		"warn",
		"nodeRegistration.kubeletExtraArgs[windows-priorityclass]",
		sprintf("This is lower than %s, so a busy node can starve the kubelet. Raise the priority.", [minimum]),
		{"enforcedBy": "advice", "because": "nodeRegistration.criSocket is a Windows path"},
	) |
		some minimum in tc.want
	}
}

test_reserved_memory[name] if {
	some name, tc in {
		"no reservation": {"fields": {"systemReserved": null}, "parameters": {}, "want": {"2Gi"}},
		"no memory among the reservations": {"fields": {"systemReserved": {"cpu": "1", "memory": "0"}}, "parameters": {}, "want": {"2Gi"}},
		"too little memory": {"fields": {"systemReserved": {"memory": "1500Mi"}}, "parameters": {}, "want": {"2Gi"}},
		"too little in two parts": {
			"fields": {"systemReserved": {"memory": "1Gi"}, "kubeReserved": {"memory": "512Mi"}},
			"parameters": {},
			"want": {"2Gi"},
		},
		"a number of bytes": {"fields": {"systemReserved": {"memory": 2147483648}}, "parameters": {}, "want": set()},
		"a lower minimum": {
			"fields": {"systemReserved": {"memory": "1Gi"}},
			"parameters": {"minimumReservedMemory": "1Gi"},
			"want": set(),
		},
		"a higher minimum": {"fields": {}, "parameters": {"minimumReservedMemory": "4Gi"}, "want": {"4Gi"}},
		"a minimum that is not a quantity": {"fields": {}, "parameters": {"minimumReservedMemory": "much"}, "want": set()},
	}
	got := kubelet_configuration.finding with input as _kubelet(tc.fields)
		with config as {"rules": {"kubelet-configuration": {"parameters": tc.parameters}}}
	got == {_found(
		"warn",
		"systemReserved.memory",
		sprintf("systemReserved and kubeReserved reserve less than %s, so pods can take the memory that Windows needs. Reserve more.", [minimum]),
		{"enforcedBy": "advice", "because": _by_path},
	) |
		some minimum in tc.want
	}
}

test_taints[name] if {
	taint := {"key": "os", "value": "windows", "effect": "NoSchedule"}
	some name, tc in {
		"the kubelet registers with the taint": {"input": _kubelet({"registerWithTaints": [taint]}), "want": set()},
		"the kubelet registers without a taint": {"input": _kubelet({}), "want": {["registerWithTaints", _by_path]}},
		"the kubelet registers with another taint": {
			"input": _kubelet({"registerWithTaints": [object.union(taint, {"effect": "NoExecute"})]}),
			"want": {["registerWithTaints", _by_path]},
		},
		"the kubelet does not register": {"input": _kubelet({"registerNode": false}), "want": set()},
		"kubeadm joins with the taint": {"input": _join({"taints": [taint]}), "want": set()},
		"kubeadm joins with the taint in a flag": {
			"input": _join({"kubeletExtraArgs": {"register-with-taints": "os=windows:NoSchedule"}}),
			"want": set(),
		},
		"kubeadm joins without a taint": {
			"input": _join({}),
			"want": {["nodeRegistration.taints", "nodeRegistration.criSocket is a Windows path"]},
		},
		"a kubelet on Linux": {"input": _bare({}), "want": set()},
	}
	got := kubelet_configuration.finding with input as tc.input with config as {"platform": "generic"}
	got == {_found(
		"warn",
		field,
		"The node registers without the taint os=windows:NoSchedule of Windows nodes, so Linux pods can land on it. Add the taint.",
		{"enforcedBy": "scheduler", "because": because},
	) |
		some [field, because] in tc.want
	}
}

test_taint_without_a_value if {
	got := kubelet_configuration.finding with input as _join({}) with config as {"taints": [{"key": "windows", "effect": "NoSchedule"}]}
	got == {_found(
		"warn",
		"nodeRegistration.taints",
		"The node registers without the taint windows:NoSchedule of Windows nodes, so Linux pods can land on it. Add the taint.",
		{"enforcedBy": "scheduler", "because": "nodeRegistration.criSocket is a Windows path"},
	)}
}

test_every_file_assumed_for_windows if {
	got := kubelet_configuration.finding with input as _bare({
		"systemReserved": {"memory": "2Gi"},
		"resolvConf": "/etc/resolv.conf",
	})
		with config as {"rules": {"kubelet-configuration": {"parameters": {"assumeWindows": true}}}}
	got == {_found(
		"deny",
		"resolvConf",
		`Windows does not have this file, so pods do not start. Use "" or Host.`,
		{"enforcedBy": "kubelet", "because": "the configuration declares every file to be for Windows"},
	)}
}

_kubelet_reads := {"enforcedBy": "kubelet", "because": _by_path}

_found(severity, field, says, more) := testing.expected(
	severity,
	"kubelet-configuration",
	{"field": field, "says": says},
	more,
)
