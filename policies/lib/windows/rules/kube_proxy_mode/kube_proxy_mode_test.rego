package lib.windows.rules.kube_proxy_mode_test

import data.lib.windows.config
import data.lib.windows.rules.kube_proxy_mode
import data.lib.windows.testing_test as testing

_proxy(fields) := object.union(
	{"apiVersion": "kubeproxy.config.k8s.io/v1alpha1", "kind": "KubeProxyConfiguration"},
	fields,
)

_windows(mode) := _proxy({"mode": mode, "clientConnection": {"kubeconfig": `C:\k\config`}})

test_silent[name] if {
	some name, manifest in {
		"kernelspace": _windows("kernelspace"),
		"an empty mode": _windows(""),
		"a null mode": _windows(null),
		"no mode": object.remove(_windows(""), ["mode"]),
		"a file for Linux": _proxy({"mode": "ipvs", "clientConnection": {"kubeconfig": "/var/lib/kube-proxy/kubeconfig.conf"}}),
		"a file for Linux, as kubeadm writes it": _proxy({"mode": "iptables", "winkernel": {"enableDSR": false, "sourceVip": ""}}),
		"another kind": object.union(_windows("iptables"), {"kind": "KubeletConfiguration"}),
		"a pod": testing.windows_pod({"mode": "iptables"}),
		"no object": null,
	}
	got := kube_proxy_mode.finding with input as manifest
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"kube-proxy": {"input": _proxy({}), "want": {true}},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
	}
	got := {true | kube_proxy_mode.applies} with input as tc.input
	got == tc.want
}

test_modes[name] if {
	some name in ["iptables", "ipvs", "nftables", "userspace", "Kernelspace"]
	got := kube_proxy_mode.finding with input as _windows(name)
	got == {_found("clientConnection.kubeconfig is a Windows path")}
}

test_winkernel if {
	got := kube_proxy_mode.finding with input as _proxy({"mode": "iptables", "winkernel": {"networkName": "l2bridge"}})
	got == {_found("winkernel.networkName is set")}
}

test_every_file_assumed_for_windows if {
	got := kube_proxy_mode.finding with input as _proxy({"mode": "iptables"})
		with config as {"rules": {"kube-proxy-mode": {"parameters": {"assumeWindows": true}}}}
	got == {_found("the configuration declares every file to be for Windows")}
}

_found(because) := testing.expected(
	"deny",
	"kube-proxy-mode",
	{"field": "mode", "says": "kube-proxy does not start with this mode on Windows. Use kernelspace, or leave the field empty."},
	{"enforcedBy": "runtime", "because": because},
)
