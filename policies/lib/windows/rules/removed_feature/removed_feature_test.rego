package lib.windows.rules.removed_feature_test

import data.lib.windows.config
import data.lib.windows.rules.removed_feature
import data.lib.windows.testing_test as testing

_kubelet(gates) := {"apiVersion": "kubelet.config.k8s.io/v1beta1", "kind": "KubeletConfiguration", "featureGates": gates}

_proxy(gates) := {"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration", "featureGates": gates}

_join(flags) := {
	"apiVersion": "kubeadm.k8s.io/v1beta4",
	"kind": "JoinConfiguration",
	"nodeRegistration": {"kubeletExtraArgs": flags},
}

test_silent[name] if {
	some name, tc in {
		"gates that every version knows": {"input": _kubelet({"GracefulNodeShutdown": true, "WindowsCPUAndMemoryAffinity": true})},
		"a locked gate with its value": {"input": _kubelet({"PodLevelResources": true})},
		"no gates": {"input": _kubelet(null)},
		"a gate that the version still knows": {"input": _kubelet({"MemoryManager": true}), "version": "1.35"},
		"a gate that the version does not lock yet": {"input": _kubelet({"GitRepoVolumeDriver": true}), "version": "1.35"},
		"flags of today": {"input": _join([{"name": "node-ip", "value": "10.0.0.1"}, {"name": "v", "value": "2"}])},
		"the gates of kubeadm": {"input": {
			"apiVersion": "kubeadm.k8s.io/v1beta4",
			"kind": "ClusterConfiguration",
			"featureGates": {"IPv6DualStack": true},
		}},
		"a pod": {"input": testing.windows_pod({"featureGates": {"IPv6DualStack": true}})},
		"no object": {"input": null},
	}
	got := removed_feature.finding with input as tc.input with config as _config(tc)
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"a kubelet file": {"input": _kubelet({}), "want": {true}},
		"a kube-proxy file": {"input": _proxy({}), "want": {true}},
		"a kubeadm file": {"input": _join([]), "want": {true}},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
	}
	got := {true | removed_feature.applies} with input as tc.input
	got == tc.want
}

test_gates[name] if {
	some name, tc in {
		"gone everywhere": {
			"gates": {"IPv6DualStack": true},
			"severity": "deny",
			"says": "Kubernetes 1.25 removed the gate IPv6DualStack, so the kubelet does not start. Remove the gate.",
		},
		"gone everywhere, and off": {
			"gates": {"HyperVContainer": false},
			"severity": "deny",
			"says": "Kubernetes 1.21 removed the gate HyperVContainer, so the kubelet does not start. Remove the gate.",
		},
		"gone in a version that the cluster can have": {
			"gates": {"MemoryManager": true},
			"severity": "warn",
			"says": "Kubernetes 1.36 removes the gate MemoryManager. Then the kubelet does not start. Remove the gate before you upgrade.",
		},
		"gone in the version of the cluster": {
			"gates": {"MemoryManager": true},
			"version": "1.36.3",
			"severity": "deny",
			"says": "Kubernetes 1.36 removed the gate MemoryManager, so the kubelet does not start. Remove the gate.",
		},
		"gone in the next version": {
			"gates": {"WinDSR": true},
			"severity": "warn",
			"says": "Kubernetes 1.38 removes the gate WinDSR. Then the kubelet does not start. Remove the gate before you upgrade.",
		},
		"locked everywhere": {
			"gates": {"WinDSR": false},
			"severity": "deny",
			"says": "Kubernetes 1.34 locked the gate WinDSR to true, so the kubelet does not start. Remove the gate.",
		},
		"locked in a version that the cluster can have": {
			"gates": {"GitRepoVolumeDriver": true},
			"severity": "warn",
			"says": sprintf(
				"Kubernetes 1.36 locks the gate %s to false. Then the kubelet does not start. Remove the gate before you upgrade.",
				["GitRepoVolumeDriver"],
			),
		},
	}
	some gate, _ in tc.gates
	alone := removed_feature.finding with input as _kubelet(tc.gates) with config as _config(tc)
	alone == {_found(tc.severity, sprintf("featureGates.%s", [gate]), tc.says, {"fix": [
		{"op": "test", "path": "/featureGates", "value": tc.gates},
		{"op": "remove", "path": "/featureGates"},
	]})}
	among_others := removed_feature.finding with input as _kubelet(object.union(tc.gates, {"GracefulNodeShutdown": true}))
		with config as _config(tc)
	among_others == {_found(tc.severity, sprintf("featureGates.%s", [gate]), tc.says, {"fix": [
		{"op": "test", "path": sprintf("/featureGates/%s", [gate]), "value": tc.gates[gate]},
		{"op": "remove", "path": sprintf("/featureGates/%s", [gate])},
	]})}
}

test_gate_of_kube_proxy if {
	got := removed_feature.finding with input as _proxy({"WindowsEndpointSliceProxying": true})
	got == {_found(
		"deny",
		"featureGates.WindowsEndpointSliceProxying",
		"Kubernetes 1.25 removed the gate WindowsEndpointSliceProxying, so kube-proxy does not start. Remove the gate.",
		{
			"enforcedBy": "runtime",
			"because": "kube-proxy on any OS reads it",
			"fix": [
				{"op": "test", "path": "/featureGates", "value": {"WindowsEndpointSliceProxying": true}},
				{"op": "remove", "path": "/featureGates"},
			],
		},
	)}
}

test_flags_in_a_map if {
	flags := {"network-plugin": "cni", "feature-gates": "WindowsGMSA=true,WindowsHostNetwork=true,WinDSR=true"}
	got := removed_feature.finding with input as object.union(_join(flags), {"apiVersion": "kubeadm.k8s.io/v1beta3"})
		with config as {"kubernetesVersion": "1.37"}
	got == {
		_found(
			"deny",
			"nodeRegistration.kubeletExtraArgs[network-plugin]",
			"Kubernetes 1.24 removed the flag network-plugin, so the kubelet does not start. Remove the flag.",
			{"fix": [
				{"op": "test", "path": "/nodeRegistration/kubeletExtraArgs/network-plugin", "value": "cni"},
				{"op": "remove", "path": "/nodeRegistration/kubeletExtraArgs/network-plugin"},
			]},
		),
		_found(
			"deny",
			"nodeRegistration.kubeletExtraArgs[feature-gates]",
			"Kubernetes 1.21 removed the gate WindowsGMSA, so the kubelet does not start. Remove the gate.",
			{},
		),
	}
}

test_flags_in_a_list if {
	got := removed_feature.finding with input as _join([
		{"name": "pod_infra_container_image", "value": "mcr.microsoft.com/oss/kubernetes/pause:3.9"},
		{"name": "feature-gates", "value": "WindowsHostNetwork=false"},
	])
	got == {
		_found(
			"deny",
			"nodeRegistration.kubeletExtraArgs[0].value",
			"Kubernetes 1.35 removed the flag pod-infra-container-image, so the kubelet does not start. Remove the flag.",
			{},
		),
		_found(
			"warn",
			"nodeRegistration.kubeletExtraArgs[1].value",
			sprintf(
				"Kubernetes 1.38 removes the gate %s. Then the kubelet does not start. Remove the gate before you upgrade.",
				["WindowsHostNetwork"],
			),
			{},
		),
	}
}

_config(tc) := {"kubernetesVersion": object.get(tc, "version", null)}

_found(severity, field, says, more) := testing.expected(
	severity,
	"removed-feature",
	{"field": field, "says": says},
	object.union({"enforcedBy": "kubelet", "because": "the kubelet on any OS reads it"}, more),
)
