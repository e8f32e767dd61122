package lib.windows.rules.version_skew_test

import data.lib.windows.config
import data.lib.windows.rules.version_skew
import data.lib.windows.testing_test as testing

_node(kubelet) := {
	"apiVersion": "v1",
	"kind": "Node",
	"metadata": {"name": "win-1"},
	"status": {"nodeInfo": {"operatingSystem": "windows", "kubeletVersion": kubelet}},
}

_configured(parameters) := {"rules": {"version-skew": {"enabled": true, "parameters": parameters}}}

test_versions[name] if {
	some name, want in {
		"v1.37.2": set(),
		"v1.36.0-gke.100": set(),
		"v1.34.9": set(),
		"v1.33.1-eks-a737599": {_older(3)},
		"v1.9.0": {_older(3)},
		"v1.38.0-alpha.1": {_newer},
		"v2.0.0": {_newer},
		"": set(),
		"unknown": set(),
	}
	got := version_skew.finding with input as _node(name) with config as _configured({"apiServerVersion": "v1.37.2"})
	got == want
}

test_parameters[name] if {
	some name, tc in {
		"no version of the API server": {"parameters": {}, "want": set()},
		"a smaller skew": {"parameters": {"apiServerVersion": "1.37", "maximumSkew": 2}, "want": {_older(2)}},
		"a value that is not a version": {"parameters": {"apiServerVersion": "latest"}, "want": set()},
	}
	got := version_skew.finding with input as _node("v1.34.9") with config as _configured(tc.parameters)
	got == tc.want
}

test_silent[name] if {
	some name, manifest in {
		"a node written by hand": {
			"apiVersion": "v1",
			"kind": "Node",
			"metadata": {"name": "win-1", "labels": {"kubernetes.io/os": "windows"}},
		},
		"a Linux node": object.union(_node("v1.20.0"), {"status": {"nodeInfo": {"operatingSystem": "linux"}}}),
		"a pod": testing.windows_pod({}),
	}
	got := version_skew.finding with input as manifest with config as _configured({"apiServerVersion": "1.37.2"})
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"a Windows node": {"input": _node("v1.37.2"), "want": {true}},
		"a pod": {"input": testing.windows_pod({}), "want": set()},
	}
	got := {true | version_skew.applies} with input as tc.input
	got == tc.want
}

_newer := _found("The kubelet is newer than API server 1.37, which Kubernetes does not support. Update the control plane.")

_older(skew) := _found(sprintf("The kubelet is more than %d minor versions older than API server 1.37 and may fail. Update the kubelet.", [skew]))

_found(says) := testing.switched_off(testing.expected(
	"warn",
	"version-skew",
	{"field": "status.nodeInfo.kubeletVersion", "says": says},
	{"enforcedBy": "advice", "because": "status.nodeInfo.operatingSystem is windows"},
))
