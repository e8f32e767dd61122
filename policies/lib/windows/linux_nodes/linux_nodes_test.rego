package lib.windows.linux_nodes_test

import data.lib.windows.config
import data.lib.windows.linux_nodes
import data.lib.windows.rules.architecture
import data.lib.windows.testing_test as testing

_term(key, operator, values) := {"matchExpressions": [{"key": key, "operator": operator, "values": values}]}

_arm := _term("kubernetes.io/arch", "In", ["arm64"])

test_linux[name] if {
	some name, tc in {
		"nothing": {"spec": {}, "want": set()},
		"null": {"spec": {"nodeSelector": null}, "want": set()},
		"another label": {"spec": {"nodeSelector": {"disk": "ssd"}}, "want": set()},
		"an architecture of Linux nodes": {"spec": {"nodeSelector": {"kubernetes.io/arch": "arm64"}}, "want": {true}},
		"the deprecated label of it": {"spec": {"nodeSelector": {"beta.kubernetes.io/arch": "s390x"}}, "want": {true}},
		"an architecture of Windows nodes": {"spec": {"nodeSelector": {"kubernetes.io/arch": "amd64"}}, "want": set()},
		"a node pool of AKS for Linux": {"spec": {"nodeSelector": {"kubernetes.azure.com/os-sku": "AzureLinux"}}, "want": {true}},
		"a node pool of AKS for Windows": {"spec": {"nodeSelector": {"kubernetes.azure.com/os-sku": "Windows2022"}}, "want": set()},
		"a system pool of AKS": {"spec": {"nodeSelector": {"kubernetes.azure.com/mode": "system"}}, "want": {true}},
		"a user pool of AKS": {"spec": {"nodeSelector": {"kubernetes.azure.com/mode": "user"}}, "want": set()},
		"Fargate": {"spec": {"nodeSelector": {"eks.amazonaws.com/compute-type": "fargate"}}, "want": {true}},
		"another compute type": {"spec": {"nodeSelector": {"eks.amazonaws.com/compute-type": "ec2"}}, "want": set()},
		"the control plane": {"spec": {"nodeSelector": {"node-role.kubernetes.io/control-plane": "true"}}, "want": {true}},
		"a RuntimeClass that selects an architecture": {"spec": {"runtimeClassName": "arm"}, "want": {true}},
		"a RuntimeClass that selects nothing": {"spec": {"runtimeClassName": "plain"}, "want": set()},
		"an unknown RuntimeClass": {"spec": {"runtimeClassName": "other"}, "want": set()},
		"affinity for an architecture": {"spec": testing.required_affinity([_arm]), "want": {true}},
		"affinity for two architectures": {
			"spec": testing.required_affinity([_term("kubernetes.io/arch", "In", ["arm64", "amd64"])]),
			"want": set(),
		},
		"affinity that excludes the architecture": {
			"spec": testing.required_affinity([_term("kubernetes.io/arch", "NotIn", ["amd64"])]),
			"want": {true},
		},
		"affinity that excludes another architecture": {
			"spec": testing.required_affinity([_term("kubernetes.io/arch", "NotIn", ["arm64"])]),
			"want": set(),
		},
		"affinity for nodes without architecture": {
			"spec": testing.required_affinity([_term("kubernetes.io/arch", "DoesNotExist", null)]),
			"want": {true},
		},
		"affinity for nodes with an architecture": {
			"spec": testing.required_affinity([_term("kubernetes.io/arch", "Exists", null)]),
			"want": set(),
		},
		"affinity for a number": {
			"spec": testing.required_affinity([_term("kubernetes.io/arch", "Gt", ["1"])]),
			"want": {true},
		},
		"affinity for the control plane": {
			"spec": testing.required_affinity([_term("node-role.kubernetes.io/control-plane", "Exists", null)]),
			"want": {true},
		},
		"affinity for nodes outside the control plane": {
			"spec": testing.required_affinity([_term("node-role.kubernetes.io/control-plane", "DoesNotExist", null)]),
			"want": set(),
		},
		"affinity for a system pool": {
			"spec": testing.required_affinity([_term("kubernetes.azure.com/mode", "In", ["system"])]),
			"want": {true},
		},
		"affinity for any pool": {
			"spec": testing.required_affinity([_term("kubernetes.azure.com/mode", "In", ["system", "user"])]),
			"want": set(),
		},
		"affinity for nodes outside Fargate": {
			"spec": testing.required_affinity([_term("eks.amazonaws.com/compute-type", "NotIn", ["fargate"])]),
			"want": set(),
		},
		"affinity for an image of GKE's Linux nodes": {
			"spec": testing.required_affinity([_term("cloud.google.com/gke-os-distribution", "In", ["cos", "ubuntu"])]),
			"want": {true},
		},
		"affinity for an image of either": {
			"spec": testing.required_affinity([_term("cloud.google.com/gke-os-distribution", "In", ["cos", "windows_ltsc"])]),
			"want": set(),
		},
		"terms that each leave out Windows": {
			"spec": testing.required_affinity([_arm, _term("kubernetes.io/os", "In", ["linux"])]),
			"want": {true},
		},
		"a term that does not": {
			"spec": testing.required_affinity([_arm, _term("disk", "Exists", null)]),
			"want": set(),
		},
		"a term that matches no node": {"spec": testing.required_affinity([{}]), "want": set()},
		"no term": {"spec": testing.required_affinity([]), "want": set()},
	}
	got := {true | "linux" in linux_nodes.told} with input as testing.pod(tc.spec) with config as {"runtimeClasses": {"classes": {
		"arm": {"scheduling": {"nodeSelector": {"kubernetes.io/arch": "arm64"}}},
		"plain": {"scheduling": {}},
	}}}
	got == tc.want
}

test_device[name] if {
	some name, tc in {
		"nothing": {"spec": {}, "want": set()},
		"another label": {"spec": {"nodeSelector": {"disk": "ssd"}}, "want": set()},
		"a GPU of GKE": {"spec": {"nodeSelector": {"cloud.google.com/gke-accelerator": "nvidia-l4"}}, "want": {true}},
		"a GPU": {"spec": testing.required_affinity([_term("nvidia.com/gpu.present", "In", ["true"])]), "want": {true}},
		"more GPUs": {"spec": testing.required_affinity([_term("nvidia.com/gpu.count", "Gt", ["1"])]), "want": {true}},
		"no GPU": {"spec": testing.required_affinity([_term("nvidia.com/gpu.present", "DoesNotExist", null)]), "want": set()},
		"a GPU in one of two terms": {
			"spec": testing.required_affinity([_term("nvidia.com/gpu.present", "Exists", null), _arm]),
			"want": set(),
		},
	}
	got := {true | "device" in linux_nodes.told} with input as testing.pod(tc.spec)
	got == tc.want
}

test_architectures[name] if {
	some name, tc in {
		"no configuration": {"config": {}, "want": {"amd64"}},
		"configured": {"config": _architectures(["amd64", "arm64"]), "want": {"amd64", "arm64"}},
		"not a list": {"config": _architectures("arm64"), "want": {"amd64"}},
		"not names": {"config": _architectures([1]), "want": {"amd64"}},
	}
	got := linux_nodes.architectures with config as tc.config
	got == tc.want
	same := architecture._architectures with config as tc.config
	same == tc.want
}

_architectures(value) := {"rules": {"architecture": {"parameters": {"architectures": value}}}}
