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
		"perhaps by a RuntimeClass of which nothing is known": {"runtimeClassName": "other"},
		"by AKS's label": {"nodeSelector": {"kubernetes.azure.com/os-sku": "Windows2022"}},
		"by AKS's other label": {"nodeSelector": {"kubernetes.azure.com/os-type": "windows"}},
		"by GKE's label": {"nodeSelector": {"cloud.google.com/gke-os-distribution": "windows_ltsc"}},
		"by the node's name": {"nodeName": "node-1"},
		"on linux, which is another rule's": {"nodeSelector": {"kubernetes.io/os": "linux"}},
		"on linux by affinity": {"affinity": _required_terms([_term("kubernetes.io/os", ["linux"])])},
	}
	got := node_selector.finding with input as _declared(fields)
		with config as {"runtimeClasses": {"classes": {"win": testing.runtime_class}}}
	got == set()
}

test_unplaced[name] if {
	some name, tc in {
		"nothing": {"fields": {}, "fix": _add},
		"null": {
			"fields": {"nodeSelector": null, "affinity": null, "runtimeClassName": null, "nodeName": null},
			"fix": _add,
		},
		"empty": {
			"fields": {"nodeSelector": {}, "affinity": _required_terms([]), "nodeName": ""},
			"fix": _add,
		},
		"a toleration": {"fields": {"tolerations": [{"key": "os", "operator": "Exists"}]}, "fix": _add},
		"a preference": {
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
	got == {testing.expected(
		"deny",
		"node-selector",
		{
			"field": "spec.nodeSelector[kubernetes.io/os]",
			"says": "nothing places this pod on Windows nodes; select windows",
		},
		{"enforcedBy": "scheduler", "fix": tc.fix},
	)}
}

test_placed_without_naming_the_os[name] if {
	some name, tc in {
		"another label": {"fields": {"nodeSelector": {"disk": "ssd"}}, "fix": _add},
		"a value of the OS label that no node has": {
			"fields": {"nodeSelector": {"kubernetes.io/os": "Windows"}},
			"fix": _replace("Windows"),
		},
		"a provider's label for linux": {
			"fields": {"nodeSelector": {"kubernetes.azure.com/os-sku": "AzureLinux"}},
			"fix": _add,
		},
		"a provider's label of the wrong type": {
			"fields": {"nodeSelector": {"kubernetes.azure.com/os-sku": 2022}},
			"fix": _add,
		},
		"affinity for a zone": {"fields": {"affinity": _required_terms([_term("zone", ["a"])])}, "fix": _add},
		"affinity for either OS": {
			"fields": {"affinity": _required_terms([_term("kubernetes.io/os", ["linux", "windows"])])},
			"fix": _add,
		},
	}
	got := node_selector.finding with input as _declared(tc.fields)
	got == {testing.expected(
		"warn",
		"node-selector",
		{
			"field": "spec.nodeSelector[kubernetes.io/os]",
			"says": "the pod is placed by something that does not name the OS; select windows",
		},
		{"enforcedBy": "scheduler", "fix": tc.fix},
	)}
}

test_host_process_alone_places_nothing if {
	got := node_selector.finding with input as testing.deployment(object.remove(
		testing.host_process,
		["os", "nodeSelector"],
	))
	path := "/spec/template/spec/nodeSelector/kubernetes.io~1os"
	got == {testing.expected(
		"warn",
		"node-selector",
		{
			"field": "spec.template.spec.nodeSelector[kubernetes.io/os]",
			"says": "nothing places this HostProcess pod on Windows nodes; select windows",
		},
		{
			"enforcedBy": "scheduler",
			"because": "windowsOptions.hostProcess is true",
			"fix": [{"op": "add", "path": path, "value": "windows"}],
		},
	)}
}

test_other_pods[name] if {
	some name, spec in {
		"of no OS": {},
		"of linux": {"os": {"name": "linux"}},
		"null": null,
	}
	got := node_selector.finding with input as testing.pod(spec)
	got == set()
}
