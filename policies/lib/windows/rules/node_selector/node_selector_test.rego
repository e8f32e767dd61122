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
		"no selector": {"fields": {}, "fix": _add},
		"null selectors": {
			"fields": {"nodeSelector": null, "affinity": null, "runtimeClassName": null, "nodeName": null},
			"fix": _add,
		},
		"empty selectors": {
			"fields": {"nodeSelector": {}, "affinity": _required_terms([]), "nodeName": ""},
			"fix": _add,
		},
		"only a toleration": {"fields": {"tolerations": [{"key": "os", "operator": "Exists"}]}, "fix": _add},
		"only a preference": {
			"fields": {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
				"weight": 1,
				"preference": _term("kubernetes.io/os", ["windows"]),
			}]}}},
			"fix": _add,
		},
		"a RuntimeClass that selects nothing": {"fields": {"runtimeClassName": "any"}, "fix": _add},
		"selectors of the wrong type": {"fields": {"nodeSelector": 1, "affinity": "windows"}, "fix": _add},
	}
	got := node_selector.finding with input as _declared(tc.fields)
		with config as {"runtimeClasses": {"classes": {"any": {"handler": "runc"}}}}
	got == {_found("deny", "nothing places this pod on Windows nodes", {"fix": tc.fix})}
}

test_placed_without_naming_the_os[name] if {
	some name, tc in {
		"another label": {"fields": {"nodeSelector": {"disk": "ssd"}}, "fix": _add, "says": _unnamed},
		"a value of the OS label that no node has": {
			"fields": {"nodeSelector": {"kubernetes.io/os": "Windows"}},
			"fix": _replace("Windows"),
			"says": "no node has this value of kubernetes.io/os",
		},
		"values of both OS labels that no node has": {
			"fields": {"nodeSelector": {"kubernetes.io/os": "Windows", "beta.kubernetes.io/os": "win"}},
			"fix": _replace("Windows"),
			"says": "no node has this value of kubernetes.io/os",
		},
		"a value of the deprecated label that no node has": {
			"fields": {"nodeSelector": {"beta.kubernetes.io/os": "Windows"}},
			"fix": _add,
			"says": "no node has this value of beta.kubernetes.io/os",
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
			"fix": _add,
			"says": "required affinity allows linux in term 1",
		},
		"affinity for either OS": {
			"fields": {"affinity": _required_terms([_term("kubernetes.io/os", ["linux", "windows"])])},
			"fix": _add,
			"says": "required affinity allows linux in term 1",
		},
		"affinity for either OS, in the second of two terms": {
			"fields": {"affinity": _required_terms([
				_term("kubernetes.io/os", ["windows"]),
				_term("kubernetes.io/os", ["linux"]),
			])},
			"fix": _add,
			"says": "required affinity allows linux in term 2",
		},
		"affinity for a zone, after a term that matches no node": {
			"fields": {"affinity": _required_terms([{}, _term("zone", ["a"])])},
			"fix": _add,
			"says": "required affinity allows linux in term 2",
		},
		"affinity that matches no node": {
			"fields": {"affinity": _required_terms([{}])},
			"fix": _add,
			"says": _unnamed,
		},
	}
	got := node_selector.finding with input as _declared(tc.fields)
	got == {_found("warn", tc.says, {"fix": tc.fix})}
}

_unnamed := "the pod is placed by something that does not name the OS"

test_host_process_without_a_selector if {
	got := node_selector.finding with input as testing.deployment(object.remove(
		testing.host_process,
		["os", "nodeSelector"],
	))
	path := "/spec/template/spec/nodeSelector/kubernetes.io~1os"
	got == {_found("warn", "nothing places this HostProcess pod on Windows nodes", {
		"field": "spec.template.spec.nodeSelector[kubernetes.io/os]",
		"because": "windowsOptions.hostProcess is true",
		"fix": [{"op": "add", "path": path, "value": "windows"}],
	})}
}

_found(severity, says, more) := object.union({"yieldsTo": ["os-conflict", "control-plane-pod"]}, testing.expected(
	severity,
	"node-selector",
	{
		"field": object.get(more, "field", "spec.nodeSelector[kubernetes.io/os]"),
		"says": sprintf("%s; select windows", [says]),
	},
	object.union({"enforcedBy": "scheduler"}, more),
))

test_other_pods[name] if {
	some name, spec in {
		"a pod of no known OS": {},
		"a Linux pod": {"os": {"name": "linux"}},
		"a null spec": null,
	}
	got := node_selector.finding with input as testing.pod(spec)
	got == set()
}
