package lib.windows.numa_test

import data.lib.windows.config
import data.lib.windows.numa
import data.lib.windows.testing_test as testing

_kubelet(fields) := object.union({"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration"}, fields)

_gate(on) := {"featureGates": {"WindowsCPUAndMemoryAffinity": on}}

_static := {"memoryManagerPolicy": "Static"}

_option := "topologyManagerPolicyOptions[prefer-closest-numa-nodes]"

_found(field, says) := {{"field": field, "says": says}}

_not_yet := "Windows ignores this policy up to Kubernetes 1.37 unless WindowsCPUAndMemoryAffinity is on. Remove the policy."

test_of_the_kubelet[name] if {
	refused := "Windows ignores this setting up to Kubernetes 1.37, and the kubelet 1.38 refuses it. Use None."
	no_option := "Windows ignores this setting up to Kubernetes 1.37, and the kubelet 1.38 refuses it. Remove the option."
	some name, tc in {
		"nothing set": {"fields": {}, "rejected": set(), "ignored": set()},
		"the defaults": {
			"fields": {"memoryManagerPolicy": "None", "cpuManagerPolicy": "none", "topologyManagerPolicy": "none"},
			"rejected": set(),
			"ignored": set(),
		},
		"Static": {"fields": _static, "rejected": set(), "ignored": _found("memoryManagerPolicy", refused)},
		"Static, on 1.37": {
			"fields": _static,
			"version": "1.37",
			"rejected": set(),
			"ignored": _found("memoryManagerPolicy", refused),
		},
		"Static, on 1.38": {
			"fields": _static,
			"version": "1.38",
			"rejected": _found("memoryManagerPolicy", "The kubelet on Windows does not start with this policy. Use None."),
			"ignored": set(),
		},
		"Static, with the gate on": {
			"fields": object.union(_static, _gate(true)),
			"rejected": _found("memoryManagerPolicy", "The kubelet on Windows does not start with this policy. Use None."),
			"ignored": set(),
		},
		"Static, with the gate off": {
			"fields": object.union(_static, _gate(false)),
			"version": "1.38",
			"rejected": set(),
			"ignored": _found("memoryManagerPolicy", "Windows ignores this setting, because WindowsCPUAndMemoryAffinity is off. Use None."),
		},
		"BestEffort": {
			"fields": {"memoryManagerPolicy": "BestEffort"},
			"rejected": set(),
			"ignored": _found("memoryManagerPolicy", _not_yet),
		},
		"CPUs": {"fields": {"cpuManagerPolicy": "static"}, "rejected": set(), "ignored": _found("cpuManagerPolicy", _not_yet)},
		"CPUs, on 1.38": {"fields": {"cpuManagerPolicy": "static"}, "version": "1.38.0", "rejected": set(), "ignored": set()},
		"CPUs, with the gate on": {
			"fields": object.union({"cpuManagerPolicy": "static"}, _gate(true)),
			"rejected": set(),
			"ignored": set(),
		},
		"CPUs, with the gate off": {
			"fields": object.union({"cpuManagerPolicy": "static"}, _gate(false)),
			"rejected": set(),
			"ignored": _found("cpuManagerPolicy", "Windows ignores this policy, because WindowsCPUAndMemoryAffinity is off. Remove the policy."),
		},
		"topology": {
			"fields": {"topologyManagerPolicy": "single-numa-node"},
			"rejected": set(),
			"ignored": _found("topologyManagerPolicy", _not_yet),
		},
		"the closest NUMA nodes": {
			"fields": {"topologyManagerPolicy": "restricted", "topologyManagerPolicyOptions": {"prefer-closest-numa-nodes": "true"}},
			"rejected": set(),
			"ignored": (_found(_option, no_option) | _found("topologyManagerPolicy", _not_yet)),
		},
		"the closest NUMA nodes, with the policy none, which reads no option": {
			"fields": object.union({"topologyManagerPolicyOptions": {"prefer-closest-numa-nodes": "true"}}, _gate(true)),
			"rejected": set(),
			"ignored": set(),
		},
		"the closest NUMA nodes, with the gate on": {
			"fields": object.union(
				{"topologyManagerPolicy": "restricted", "topologyManagerPolicyOptions": {"prefer-closest-numa-nodes": "True"}},
				_gate(true),
			),
			"rejected": _found(_option, "The kubelet on Windows refuses this option, because it needs NUMA distances. Remove the option."),
			"ignored": set(),
		},
		"not the closest NUMA nodes": {
			"fields": object.union({"topologyManagerPolicyOptions": {"prefer-closest-numa-nodes": "false"}}, _gate(true)),
			"rejected": set(),
			"ignored": set(),
		},
	}
	got := [numa.rejected, numa.ignored] with input as _kubelet(tc.fields)
		with config as {"kubernetesVersion": object.get(tc, "version", null)}
	got == [tc.rejected, tc.ignored]
}

test_of_flags if {
	got := [numa.rejected, numa.ignored] with input as {
		"apiVersion": "kubeadm.k8s.io/v1beta4",
		"kind": "JoinConfiguration",
		"nodeRegistration": {"kubeletExtraArgs": [
			{"name": "memory-manager-policy", "value": "Static"},
			{"name": "feature-gates", "value": "WinDSR=true,WindowsCPUAndMemoryAffinity=true"},
			{"name": "topology-manager-policy-options", "value": "max-allowable-numa-nodes=9, prefer-closest-numa-nodes = T"},
			{"name": "cpu-manager-policy", "value": "static"},
			{"name": "topology-manager-policy", "value": "single-numa-node"},
		]},
	}
	got == [
		{
			{
				"field": "nodeRegistration.kubeletExtraArgs[0].value",
				"says": "The kubelet on Windows does not start with this policy. Use None.",
			},
			{
				"field": "nodeRegistration.kubeletExtraArgs[2].value",
				"says": "The kubelet on Windows refuses this option, because it needs NUMA distances. Remove the option.",
			},
		},
		set(),
	]
}

test_of_a_pod if {
	got := [numa.rejected, numa.ignored] with input as testing.windows_pod(_static)
	got == [set(), set()]
}
