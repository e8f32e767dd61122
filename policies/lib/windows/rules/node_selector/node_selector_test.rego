package lib.windows.rules.node_selector_test

import data.lib.windows.config
import data.lib.windows.rules.node_selector
import data.lib.windows.testing_test as testing

_declared(fields) := testing.pod(object.union(object.remove(testing.windows, ["nodeSelector"]), fields))

_required_terms(terms) := {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
	"nodeSelectorTerms": terms,
}}}

_term(key, values) := {"matchExpressions": [{"key": key, "operator": "In", "values": values}]}

_add := [{"op": "add", "path": "/spec/nodeSelector/kubernetes.io~1os", "value": "windows"}]

# The fix of a pod without a nodeSelector.
_add_selector := [{"op": "add", "path": "/spec/nodeSelector", "value": {"kubernetes.io/os": "windows"}}]

_replace(value) := [
	{"op": "test", "path": "/spec/nodeSelector/kubernetes.io~1os", "value": value},
	{"op": "replace", "path": "/spec/nodeSelector/kubernetes.io~1os", "value": "windows"},
]

test_placed[name] if {
	some name, fields in {
		"by the OS label": {"nodeSelector": {"kubernetes.io/os": "windows"}},
		"by the deprecated label": {"nodeSelector": {"beta.kubernetes.io/os": "windows"}},
		"by the build": {"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"}},
		"by affinity": {"affinity": _required_terms([_term("kubernetes.io/os", ["windows"])])},
		"by a RuntimeClass": {"runtimeClassName": "win"},
		"perhaps by an unknown RuntimeClass": {"runtimeClassName": "other"},
		"by AKS's label": {"nodeSelector": {"kubernetes.azure.com/os-sku": "Windows2022"}},
		"by AKS's other label": {"nodeSelector": {"kubernetes.azure.com/os-type": "windows"}},
		"by OpenShift's label": {"nodeSelector": {"node.openshift.io/os_id": "Windows"}},
		"in another spelling, which os-conflict judges": {"nodeSelector": {"kubernetes.io/os": "Windows"}},
		"by GKE's label": {"nodeSelector": {"cloud.google.com/gke-os-distribution": "windows_ltsc"}},
		"by the node's name": {"nodeName": "node-1"},
		"by the node's own label": {"nodeSelector": {"kubernetes.io/hostname": "node-1"}},
		"by the node's name in affinity": {"affinity": _required_terms([{"matchFields": [{
			"key": "metadata.name",
			"operator": "In",
			"values": ["node-1"],
		}]}])},
		"on linux, which os-conflict judges": {"nodeSelector": {"kubernetes.io/os": "linux"}},
		"on linux by affinity": {"affinity": _required_terms([_term("kubernetes.io/os", ["linux"])])},
	}
	got := node_selector.finding with input as _declared(fields)
		with config as {"runtimeClasses": {"classes": {"win": testing.runtime_class}}}
	got == set()
}

test_unplaced[name] if {
	some name, tc in {
		"no selector": {"fields": {}, "fix": _add_selector},
		"null selectors": {
			"fields": {"nodeSelector": null, "affinity": null, "runtimeClassName": null, "nodeName": null},
			"fix": [
				{"op": "test", "path": "/spec/nodeSelector", "value": null},
				{"op": "replace", "path": "/spec/nodeSelector", "value": {"kubernetes.io/os": "windows"}},
			],
		},
		"empty selectors": {
			"fields": {"nodeSelector": {}, "affinity": _required_terms([]), "nodeName": ""},
			"fix": _add,
		},
		"only a toleration": {"fields": {"tolerations": [{"key": "os", "operator": "Exists"}]}, "fix": _add_selector},
		"only a preference": {
			"fields": {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
				"weight": 1,
				"preference": _term("kubernetes.io/os", ["windows"]),
			}]}}},
			"fix": _add_selector,
		},
		"a RuntimeClass that selects nothing": {"fields": {"runtimeClassName": "any"}, "fix": _add_selector},
		"selectors of the wrong type": {"fields": {"nodeSelector": 1, "affinity": "windows"}, "fix": []},
	}
	got := node_selector.finding with input as _declared(tc.fields)
		with config as {"runtimeClasses": {"classes": {"any": {"handler": "runc"}}}}
	got == {_found("deny", "Nothing places this pod on Windows nodes, and Linux kubelets refuse it", {"fix": tc.fix})}
}

test_placed_without_naming_the_os[name] if {
	some name, tc in {
		"another label": {"fields": {"nodeSelector": {"disk": "ssd"}}, "fix": _add, "says": _unnamed},
		"another word in the OS label, which os-conflict judges better": {
			"fields": {"nodeSelector": {"kubernetes.io/os": "win"}},
			"fix": _replace("win"),
			"says": _unnamed,
		},
		"pod affinity": {
			"fields": {"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "a"}]}}},
			"fix": _add_selector,
			"says": "Only required pod affinity chooses the nodes",
		},
		"a device": {
			"fields": {"containers": [{"name": "app", "resources": {"limits": {"microsoft.com/directx": "1"}}}]},
			"fix": _add_selector,
			"says": "Only an extended resource chooses the nodes",
		},
		"a resource claim": {
			"fields": {"resourceClaims": [{"name": "gpu"}]},
			"fix": _add_selector,
			"says": "Only a resource claim chooses the nodes",
		},
		"a RuntimeClass that selects another label": {
			"fields": {"runtimeClassName": "pool"},
			"fix": _add_selector,
			"says": _unnamed,
		},
		"a provider's label for linux": {
			"fields": {"nodeSelector": {"kubernetes.azure.com/os-sku": "AzureLinux"}},
			"fix": _add,
			"says": _unnamed,
		},
		"a provider's label of the wrong type": {
			"fields": {"nodeSelector": {"kubernetes.azure.com/os-sku": 2022}},
			"fix": _add,
			"says": _unnamed,
		},
		"affinity for a zone": {
			"fields": {"affinity": _required_terms([_term("zone", ["a"])])},
			"fix": _add_selector,
			"says": "Required affinity allows linux in term 1",
		},
		"affinity for either OS": {
			"fields": {"affinity": _required_terms([_term("kubernetes.io/os", ["linux", "windows"])])},
			"fix": _add_selector,
			"says": "Required affinity allows linux in term 1",
		},
		"affinity for either OS, in the second of two terms": {
			"fields": {"affinity": _required_terms([
				_term("kubernetes.io/os", ["windows"]),
				_term("kubernetes.io/os", ["linux"]),
			])},
			"fix": _add_selector,
			"says": "Required affinity allows linux in term 2",
		},
		"affinity for a zone, after a term that matches no node": {
			"fields": {"affinity": _required_terms([{}, _term("zone", ["a"])])},
			"fix": _add_selector,
			"says": "Required affinity allows linux in term 2",
		},
		"affinity that matches no node": {
			"fields": {"affinity": _required_terms([{}])},
			"fix": _add_selector,
			"says": _unnamed,
		},
	}
	got := node_selector.finding with input as _declared(tc.fields)
		with config as {"runtimeClasses": {"classes": {"pool": {"scheduling": {"nodeSelector": {"pool": "win"}}}}}}
	got == {_found("warn", sprintf("%s, so the pod can land on Linux nodes and fail", [tc.says]), {"fix": tc.fix})}
}

_unnamed := "The selectors name no OS"

test_host_process_without_a_selector if {
	got := node_selector.finding with input as testing.deployment(object.remove(
		testing.host_process,
		["os", "nodeSelector"],
	))
	got == {_found("warn", "Nothing places this HostProcess pod on Windows nodes, so it can land on Linux nodes and fail", {
		"field": "spec.template.spec.nodeSelector[kubernetes.io/os]",
		"because": "windowsOptions.hostProcess is true",
		"fix": [{"op": "add", "path": "/spec/template/spec/nodeSelector", "value": {"kubernetes.io/os": "windows"}}],
	})}
}

_found(severity, says, more) := object.union({"yieldsTo": ["os-conflict", "control-plane-pod"]}, testing.expected(
	severity,
	"node-selector",
	{
		"field": object.get(more, "field", "spec.nodeSelector[kubernetes.io/os]"),
		"says": object.get(more, "says", sprintf("%s. Select windows.", [says])),
	},
	object.union({"enforcedBy": "scheduler"}, object.remove(more, ["says"])),
))

_image := "mcr.microsoft.com/windows/servercore:ltsc2022"

_meant(fields) := testing.pod(object.union({"containers": [{"name": "app", "image": _image}]}, fields))

# A pod that names no OS, with an image or a command of Windows.
test_meant_for_windows[name] if {
	some name, tc in {
		"an image": {"fields": {}, "want": {"image"}},
		"an image in an init container": {
			"fields": {"containers": [], "initContainers": [{"name": "app", "image": "example.com/app-win:1"}]},
			"want": {"image"},
		},
		"a command": {
			"fields": {"containers": [{"name": "app", "image": "example.com/app", "command": ["powershell", "-File", "a.ps1"]}]},
			"want": {"command"},
		},
		"a toleration of the taint": {"fields": {"tolerations": [{"key": "os", "operator": "Exists"}]}, "want": {"image"}},
		"the architecture": {"fields": {"nodeSelector": {"kubernetes.io/arch": "amd64"}}, "want": {"image"}},
		"affinity for either OS": {
			"fields": {"affinity": _required_terms([_term("kubernetes.io/os", ["linux", "windows"])])},
			"want": {"image"},
		},
		"a node pool": {"fields": {"nodeSelector": {"agentpool": "win"}}, "want": set()},
		"affinity for a node pool": {"fields": {"affinity": _required_terms([_term("agentpool", ["win"])])}, "want": set()},
		"pod affinity": {
			"fields": {"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "a"}]}}},
			"want": set(),
		},
		"a node": {"fields": {"nodeName": "node-1"}, "want": set()},
		"an unknown RuntimeClass": {"fields": {"runtimeClassName": "other"}, "want": set()},
		"a selector of windows": {"fields": {"nodeSelector": {"kubernetes.io/os": "windows"}}, "want": set()},
		"a selector of linux, which mixed-os judges": {"fields": {"nodeSelector": {"kubernetes.io/os": "linux"}}, "want": set()},
		"an unknown image": {"fields": {"containers": [{"name": "app", "image": "example.com/app"}]}, "want": set()},
	}
	got := {found | node_selector.applies; some found in node_selector.finding} with input as _meant(tc.fields)
	got == {_found("warn", "", {
		"says": "The pod is meant for Windows, but nothing places it there, so it can land on Linux nodes and fail. Select windows.",
		"because": sprintf("the %s of container app is for Windows", [what]),
	}) |
		some what in tc.want
	}
}

test_eks[name] if {
	some name, tc in {
		"affinity": {"fields": {"affinity": _required_terms([_term("kubernetes.io/os", ["windows"])])}, "want": {_add_selector}},
		"the build": {"fields": {"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"}}, "want": {_add}},
		"the node": {"fields": {"nodeName": "node-1"}, "want": {_add_selector}},
		"a RuntimeClass by the build": {"fields": {"runtimeClassName": "build"}, "want": {_add_selector}},
		"nodeSelector": {"fields": {"nodeSelector": {"kubernetes.io/os": "windows"}}, "want": set()},
		"the deprecated label": {"fields": {"nodeSelector": {"beta.kubernetes.io/os": "windows"}}, "want": set()},
		"a RuntimeClass": {"fields": {"runtimeClassName": "win"}, "want": set()},
		"an unknown RuntimeClass": {"fields": {"runtimeClassName": "other"}, "want": set()},
		"the host's network": {
			"fields": {"hostNetwork": true, "affinity": _required_terms([_term("kubernetes.io/os", ["windows"])])},
			"want": set(),
		},
		"HostProcess": {
			"fields": object.union(
				{"securityContext": {"windowsOptions": {"hostProcess": true}}},
				{"affinity": _required_terms([_term("kubernetes.io/os", ["windows"])])},
			),
			"want": set(),
		},
	}
	got := node_selector.finding with input as _declared(tc.fields)
		with config as {"platform": "eks", "runtimeClasses": {"classes": {
			"win": testing.runtime_class,
			"build": {"scheduling": {"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"}}},
		}}}
	got == {_found("warn", "", {
		"says": "The webhooks of EKS read only nodeSelector, so the pod gets no IP address. Select windows in nodeSelector.",
		"enforcedBy": "runtime",
		"fix": fix,
	}) |
		some fix in tc.want
	}
}

test_other_platforms_read_affinity if {
	spec := {"affinity": _required_terms([_term("kubernetes.io/os", ["windows"])])}
	got := node_selector.finding with input as _declared(spec) with config as {"platform": "aks"}
	got == set()
}

test_other_pods[name] if {
	some name, spec in {
		"a pod of no known OS": {},
		"a Linux pod": {"os": {"name": "linux"}},
		"a null spec": null,
	}
	got := {found | node_selector.applies; some found in node_selector.finding} with input as testing.pod(spec)
	got == set()
}
