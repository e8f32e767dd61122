package lib.windows.node_support_test

import data.lib.windows.config
import data.lib.windows.node_support

test_ended[name] if {
	some name, tc in {
		"a day that is past": {"config": {"platform": "aks"}, "build": "10.0.17763", "kubelet": "", "want": {_on("2026-03-01")}},
		"a version of the node": {"config": {"platform": "aks"}, "build": "10.0.20348", "kubelet": "v1.38.1", "want": {_with}},
		"a version of the cluster": {
			"config": {"platform": "aks", "kubernetesVersion": "1.37"},
			"build": "10.0.20348",
			"kubelet": "",
			"want": {_with},
		},
		"an older version of the node": {
			"config": {"platform": "aks", "kubernetesVersion": "1.37"},
			"build": "10.0.20348",
			"kubelet": "v1.36.1",
			"want": set(),
		},
		"no version": {"config": {"platform": "aks"}, "build": "10.0.20348", "kubelet": "", "want": set()},
		"a build without an end": {"config": {"platform": "aks"}, "build": "10.0.26100", "kubelet": "", "want": set()},
		"another platform": {"config": {"platform": "gke"}, "build": "10.0.17763", "kubelet": "", "want": set()},
		"no platform": {"config": {}, "build": "10.0.17763", "kubelet": "", "want": set()},
	}
	got := {reason | reason := node_support.ended(tc.build, tc.kubelet)} with config as tc.config with input as {}
	got == tc.want
}

_on(day) := sprintf("AKS ended its support for Windows 10.0.17763 nodes on %s", [day])

_with := "AKS has no Windows 10.0.20348 nodes with Kubernetes 1.37 or later"
