package lib.windows.placement_test

import data.lib.windows.affinity_os
import data.lib.windows.config
import data.lib.windows.data.platforms
import data.lib.windows.os_labels
import data.lib.windows.placement
import data.lib.windows.testing_test as testing

_terms_field := "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

_affinity(terms) := {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
	"nodeSelectorTerms": terms,
}}}}

# A term of the expressions, each [key, operator, values].
_term(expressions) := {"matchExpressions": [{"key": key, "operator": operator, "values": values} |
	some [key, operator, values] in expressions
]}

_os(values) := ["kubernetes.io/os", "In", values]

_build(values) := ["node.kubernetes.io/windows-build", "In", values]

_class(selector) := {"runtimeClasses": {"classes": {"win": {"scheduling": {"nodeSelector": selector}}}}}

_selector(label, said, because) := {
	"os": said,
	"label": label,
	"by": "nodeSelector",
	"field": sprintf("spec.nodeSelector[%s]", [label]),
	"because": because,
}

test_statements[name] if {
	some name, tc in {
		"nothing": {"spec": {}, "want": []},
		"a selector without an OS": {"spec": {"nodeSelector": {"disk": "ssd"}}, "want": []},
		"another spelling": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "Windows"}},
			"want": [_selector("kubernetes.io/os", "windows", "nodeSelector kubernetes.io/os is Windows")],
		},
		"another word": {"spec": {"nodeSelector": {"kubernetes.io/os": "win"}}, "want": []},
		"OpenShift's label": {
			"spec": {"nodeSelector": {"node.openshift.io/os_id": "Windows"}},
			"want": [_selector("node.openshift.io/os_id", "windows", "nodeSelector node.openshift.io/os_id is Windows")],
		},
		"affinity in another spelling": {
			"spec": _affinity([_term([_os(["LINUX"])]), _term([["disk", "In", ["ssd"]], _os(["Linux"])])]),
			"want": [{
				"os": "linux",
				"label": "",
				"by": "affinity",
				"field": _terms_field,
				"because": "required node affinity allows only linux",
			}],
		},
		"affinity in two spellings for two OSes": {
			"spec": _affinity([_term([_os(["LINUX"])]), _term([_os(["Windows"])])]),
			"want": [],
		},
		"both labels, one source each": {
			"spec": {"nodeSelector": {"beta.kubernetes.io/os": "linux", "kubernetes.io/os": "windows"}},
			"want": [
				_selector("kubernetes.io/os", "windows", "nodeSelector kubernetes.io/os is windows"),
				_selector("beta.kubernetes.io/os", "linux", "nodeSelector beta.kubernetes.io/os is linux"),
			],
		},
		"the build": {
			"spec": {"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"}},
			"want": [_selector(
				"node.kubernetes.io/windows-build",
				"windows",
				"nodeSelector names node.kubernetes.io/windows-build",
			)],
		},
		"AKS's label": {
			"spec": {"nodeSelector": {"kubernetes.azure.com/os-sku": "Windows2022"}},
			"want": [_selector(
				"kubernetes.azure.com/os-sku",
				"windows",
				"nodeSelector kubernetes.azure.com/os-sku is Windows2022",
			)],
		},
		"AKS's label for another OS": {"spec": {"nodeSelector": {"kubernetes.azure.com/os-sku": "AzureLinux"}}, "want": []},
		"GKE's label": {
			"spec": {"nodeSelector": {"cloud.google.com/gke-os-distribution": "windows_ltsc"}},
			"want": [_selector(
				"cloud.google.com/gke-os-distribution",
				"windows",
				"nodeSelector cloud.google.com/gke-os-distribution is windows_ltsc",
			)],
		},
		"affinity": {
			"spec": _affinity([_term([_os(["linux"])])]),
			"want": [{
				"os": "linux",
				"label": "",
				"by": "affinity",
				"field": _terms_field,
				"because": "required node affinity allows only linux",
			}],
		},
		"a RuntimeClass": {
			"spec": {"runtimeClassName": "win"},
			"want": [{
				"os": "windows",
				"label": "kubernetes.io/os",
				"by": "RuntimeClass",
				"field": "spec.runtimeClassName",
				"because": "RuntimeClass win selects windows",
			}],
		},
		"an unknown RuntimeClass": {"spec": {"runtimeClassName": "other"}, "want": []},
	}
	got := placement.statements with input as testing.pod(tc.spec)
		with config as _class({"kubernetes.io/os": "windows"})
	got == tc.want
}

test_ranks_have_every_os_label if {
	names := {label | some label in os_labels.names}
	object.keys(placement._ranks) == (names | {os_labels.build}) | object.keys(os_labels.of_providers)
}

test_labels_of_builds if {entry.label | some entry in platforms.node_builds} == {"kubernetes.azure.com/os-sku"}

test_order_of_statements if {
	got := placement.statements with input as testing.pod(object.union(
		_affinity([_term([_os(["windows"])])]),
		{"runtimeClassName": "win", "nodeSelector": {"kubernetes.io/os": "linux"}},
	))
		with config as _class({"node.kubernetes.io/windows-build": "10.0.20348"})
	[[statement.by, statement.os] | some statement in got] == [
		["nodeSelector", "linux"],
		["affinity", "windows"],
		["RuntimeClass", "windows"],
	]
}

# What a term with one expression leaves.
test_terms[name] if {
	some name, tc in {
		"In windows": {"expression": _os(["windows"]), "want": {"windows"}},
		"In either": {"expression": _os(["windows", "linux"]), "want": {"windows", "linux"}},
		"In a value that no node has": {"expression": _os(["Windows"]), "want": set()},
		"In linux by the deprecated label": {
			"expression": ["beta.kubernetes.io/os", "In", ["linux"]],
			"want": {"linux"},
		},
		"NotIn windows": {"expression": ["kubernetes.io/os", "NotIn", ["windows"]], "want": {"linux"}},
		"NotIn another value": {"expression": ["kubernetes.io/os", "NotIn", ["x"]], "want": {"windows", "linux"}},
		"the OS exists": {"expression": ["kubernetes.io/os", "Exists", []], "want": {"windows", "linux"}},
		"no OS exists": {"expression": ["kubernetes.io/os", "DoesNotExist", []], "want": set()},
		"an OS greater than": {"expression": ["kubernetes.io/os", "Gt", ["1"]], "want": set()},
		"an OS less than": {"expression": ["kubernetes.io/os", "Lt", ["1"]], "want": set()},
		"a build": {"expression": _build(["10.0.20348"]), "want": {"windows"}},
		"a build exists": {"expression": ["node.kubernetes.io/windows-build", "Exists", []], "want": {"windows"}},
		"no build exists": {"expression": ["node.kubernetes.io/windows-build", "DoesNotExist", []], "want": {"linux"}},
		"another build": {
			"expression": ["node.kubernetes.io/windows-build", "NotIn", ["10.0.17763"]],
			"want": {"windows", "linux"},
		},
		"a build greater than": {"expression": ["node.kubernetes.io/windows-build", "Gt", ["1"]], "want": set()},
		"a provider's values for windows": {
			"expression": ["kubernetes.azure.com/os-sku", "In", ["Windows2022", "Windows2025"]],
			"want": {"windows"},
		},
		"a provider's values for either": {
			"expression": ["kubernetes.azure.com/os-sku", "In", ["Windows2022", "Ubuntu"]],
			"want": {"windows", "linux"},
		},
		"a provider's label exists": {
			"expression": ["kubernetes.azure.com/os-sku", "Exists", []],
			"want": {"windows", "linux"},
		},
		"another label": {"expression": ["zone", "In", ["windows"]], "want": {"windows", "linux"}},
	}
	got := affinity_os.terms with input as testing.pod(_affinity([_term([tc.expression])]))
	[term.os | some term in got] == [tc.want]
	admitted := affinity_os.allowed with input as testing.pod(_affinity([_term([tc.expression])]))
	admitted == tc.want
}

test_os[name] if {
	some name, tc in {
		"nothing": {"spec": {}, "want": {"linux", "windows"}},
		"a selector": {"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}}, "want": {"linux"}},
		"all expressions of a term must hold": {
			"spec": _affinity([_term([_os(["linux"]), _build(["10.0.20348"])])]),
			"want": set(),
		},
		"terms are alternatives": {
			"spec": _affinity([_term([_os(["linux"])]), _term([_build(["10.0.20348"])])]),
			"want": {"linux", "windows"},
		},
		"affinity that matches no node": {"spec": _affinity([{}]), "want": set()},
		"another spelling": {"spec": {"nodeSelector": {"kubernetes.io/os": "Windows"}}, "want": set()},
		"another word": {"spec": {"nodeSelector": {"beta.kubernetes.io/os": "win"}}, "want": set()},
		"another spelling in one of two terms": {
			"spec": _affinity([_term([_os(["Windows"])]), _term([_os(["linux"])])]),
			"want": {"linux"},
		},
		"affinity and selector": {
			"spec": object.union(_affinity([_term([_os(["linux"])])]), {"nodeSelector": {"kubernetes.io/os": "windows"}}),
			"want": set(),
		},
		"one of the alternatives and the selector": {
			"spec": object.union(
				_affinity([_term([_os(["linux"])]), _term([_os(["windows"])])]),
				{"nodeSelector": {"kubernetes.io/os": "windows"}},
			),
			"want": {"windows"},
		},
	}
	got := placement.os with input as testing.pod(tc.spec)
	got == tc.want
}

test_builds[name] if {
	some name, tc in {
		"nothing": {"spec": {}, "want": {}},
		"selector": {
			"spec": {"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"}},
			"want": {"nodeSelector": {"10.0.20348"}},
		},
		"RuntimeClass": {"spec": {"runtimeClassName": "win"}, "want": {"RuntimeClass": {"10.0.17763"}}},
		"the OS SKU of AKS": {
			"spec": {"nodeSelector": {"kubernetes.azure.com/os-sku": "WindowsAnnual"}},
			"want": {"nodeSelector": {"10.0.25398"}},
		},
		"OS SKUs of AKS in affinity": {
			"spec": _affinity([_term([["kubernetes.azure.com/os-sku", "In", ["Windows2019", "Windows2022"]]])]),
			"want": {"affinity": {"10.0.17763", "10.0.20348"}},
		},
		"an OS SKU of AKS beside one of Linux": {
			"spec": _affinity([_term([["kubernetes.azure.com/os-sku", "In", ["Windows2019", "Ubuntu"]]])]),
			"want": {},
		},
		"an OS SKU in another spelling": {"spec": {"nodeSelector": {"kubernetes.azure.com/os-sku": "windows2022"}}, "want": {}},
		"affinity": {
			"spec": _affinity([_term([_build(["10.0.20348", "10.0.26100"])])]),
			"want": {"affinity": {"10.0.20348", "10.0.26100"}},
		},
		"affinity in each term": {
			"spec": _affinity([_term([_build(["10.0.20348"])]), _term([_build(["10.0.26100"]), _os(["windows"])])]),
			"want": {"affinity": {"10.0.20348", "10.0.26100"}},
		},
		"affinity in each term for windows": {
			"spec": _affinity([_term([_build(["10.0.20348"])]), _term([_os(["linux"])])]),
			"want": {"affinity": {"10.0.20348"}},
		},
		"affinity in one of two terms": {
			"spec": _affinity([_term([_build(["10.0.20348"])]), _term([_os(["windows"])])]),
			"want": {},
		},
		"affinity for linux": {"spec": _affinity([_term([_os(["linux"])])]), "want": {}},
		"all of them": {
			"spec": object.union(
				_affinity([_term([_build(["10.0.26100"])])]),
				{
					"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"},
					"runtimeClassName": "win",
				},
			),
			"want": {
				"affinity": {"10.0.26100"},
				"nodeSelector": {"10.0.20348"},
				"RuntimeClass": {"10.0.17763"},
			},
		},
	}
	got := placement.builds with input as testing.pod(tc.spec)
		with config as _class({"node.kubernetes.io/windows-build": "10.0.17763"})
	{pin.by: pin.values | some pin in got} == tc.want
}

test_builds_in_full if {
	spec := object.union(
		_affinity([_term([_build(["10.0.26100", "10.0.20348"])])]),
		{"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"}, "runtimeClassName": "win"},
	)
	got := placement.builds with input as testing.pod(spec)
		with config as _class({"node.kubernetes.io/windows-build": "10.0.17763"})
	got == {
		{
			"values": {"10.0.20348"},
			"label": "node.kubernetes.io/windows-build",
			"by": "nodeSelector",
			"field": "spec.nodeSelector[node.kubernetes.io/windows-build]",
			"because": "nodeSelector node.kubernetes.io/windows-build is 10.0.20348",
		},
		{
			"values": {"10.0.20348", "10.0.26100"},
			"label": "node.kubernetes.io/windows-build",
			"by": "affinity",
			"field": _terms_field,
			"because": "required node affinity allows only node.kubernetes.io/windows-build 10.0.20348 or 10.0.26100",
		},
		{
			"values": {"10.0.17763"},
			"label": "node.kubernetes.io/windows-build",
			"by": "RuntimeClass",
			"field": "spec.runtimeClassName",
			"because": "RuntimeClass win selects node.kubernetes.io/windows-build 10.0.17763",
		},
	}
}

test_architectures if {
	got := placement.architectures with input as testing.pod(object.union(
		_affinity([_term([["kubernetes.io/arch", "In", ["amd64"]]])]),
		{"nodeSelector": {"beta.kubernetes.io/arch": "arm64", "kubernetes.io/os": "windows"}},
	))
	{[pin.by, pin.label, pin.values] | some pin in got} == {
		["nodeSelector", "beta.kubernetes.io/arch", {"arm64"}],
		["affinity", "kubernetes.io/arch", {"amd64"}],
	}
}

test_agreed[name] if {
	some name, tc in {
		"one": {"pins": {{"values": {"a", "b"}}}, "want": {{"a", "b"}}},
		"two": {"pins": {{"values": {"a", "b"}}, {"values": {"b"}}}, "want": {{"b"}}},
		"two that contradict": {"pins": {{"values": {"a"}}, {"values": {"b"}}}, "want": {set()}},
		"none": {"pins": set(), "want": set()},
	}
	{values | values := placement.agreed(tc.pins)} == tc.want
}

test_named if {
	spec := object.union(
		_affinity([{}, _term([_build(["10.0.26100", 17763])])]),
		{"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"}, "runtimeClassName": "win"},
	)
	got := placement.named("node.kubernetes.io/windows-build") with input as testing.pod(spec)
		with config as _class({"node.kubernetes.io/windows-build": "10.0.17763"})
	{[found.by, found.value, found.field, found.because] | some found in got} == {
		[
			"nodeSelector",
			"10.0.20348",
			"spec.nodeSelector[node.kubernetes.io/windows-build]",
			"nodeSelector node.kubernetes.io/windows-build is 10.0.20348",
		],
		[
			"RuntimeClass",
			"10.0.17763",
			"spec.runtimeClassName",
			"RuntimeClass win selects node.kubernetes.io/windows-build 10.0.17763",
		],
		[
			"affinity",
			"10.0.26100",
			concat("", [_terms_field, "[1].matchExpressions[0].values[0]"]),
			"required node affinity names node.kubernetes.io/windows-build 10.0.26100 in term 2",
		],
		[
			"affinity",
			17763,
			concat("", [_terms_field, "[1].matchExpressions[0].values[1]"]),
			"required node affinity names node.kubernetes.io/windows-build 17763 in term 2",
		],
	}
	{found.label | some found in got} == {"node.kubernetes.io/windows-build"}
}

_role := "node-role.kubernetes.io/control-plane"

test_control_plane[name] if {
	some name, tc in {
		"by selector": {
			"spec": {"nodeSelector": {_role: ""}},
			"want": {{
				"by": "nodeSelector",
				"field": "spec.nodeSelector[node-role.kubernetes.io/control-plane]",
				"because": "nodeSelector requires node-role.kubernetes.io/control-plane",
			}},
		},
		"by a RuntimeClass": {
			"spec": {"runtimeClassName": "win"},
			"want": {{
				"by": "RuntimeClass",
				"field": "spec.runtimeClassName",
				"because": "RuntimeClass requires node-role.kubernetes.io/control-plane",
			}},
		},
		"by the removed label": {
			"spec": {"nodeSelector": {"node-role.kubernetes.io/master": "true"}},
			"want": {{
				"by": "nodeSelector",
				"field": "spec.nodeSelector[node-role.kubernetes.io/master]",
				"because": "nodeSelector requires node-role.kubernetes.io/master",
			}},
		},
		"by affinity": {
			"spec": _affinity([_term([[_role, "Exists", []]])]),
			"want": {{
				"by": "affinity",
				"field": _terms_field,
				"because": "required node affinity requires node-role.kubernetes.io/control-plane",
			}},
		},
		"by one term of two": {"spec": _affinity([_term([[_role, "Exists", []]]), _term([_os(["linux"])])]), "want": set()},
		"nothing": {"spec": _affinity([_term([[_role, "DoesNotExist", []]])]), "want": set()},
		"by a toleration": {"spec": {"tolerations": [{"key": _role, "operator": "Exists"}]}, "want": set()},
	}
	got := placement.control_plane with input as testing.pod(tc.spec) with config as _class({_role: ""})
	got == tc.want
}

test_node[name] if {
	some name, tc in {
		"nodeName": {
			"spec": {"nodeName": "node-1"},
			"want": {{"field": "spec.nodeName", "because": "nodeName names the node"}},
		},
		"the label": {
			"spec": {"nodeSelector": {"kubernetes.io/hostname": "node-1"}},
			"want": {{
				"field": "spec.nodeSelector[kubernetes.io/hostname]",
				"because": "nodeSelector names the node",
			}},
		},
		"affinity": {
			"spec": _affinity([_term([["kubernetes.io/hostname", "In", ["node-1"]]])]),
			"want": {{"field": _terms_field, "because": "required node affinity names the node"}},
		},
		"nothing": {"spec": {"nodeName": ""}, "want": set()},
	}
	got := {node | node := placement.node} with input as testing.pod(tc.spec)
	got == tc.want
}

test_narrowed[name] if {
	some name, tc in {
		"a selector": {"spec": {"nodeSelector": {"disk": "ssd"}}, "want": {true}},
		"affinity": {"spec": _affinity([_term([["zone", "Exists", []]])]), "want": {true}},
		"a RuntimeClass": {"spec": {"runtimeClassName": "win"}, "want": {true}},
		"empty ones": {"spec": object.union(_affinity([]), {"nodeSelector": {}}), "want": set()},
		"null": {"spec": {"nodeSelector": null, "affinity": null}, "want": set()},
		"none": {"spec": {}, "want": set()},
	}
	got := {true | placement.narrowed} with input as testing.pod(tc.spec) with config as _class({"disk": "ssd"})
	got == tc.want
}

test_open[name] if {
	some name, tc in {
		"nothing": {"spec": {}, "want": {true}},
		"spec.os.name, which places nothing": {"spec": {"os": {"name": "linux"}}, "want": {true}},
		"another label": {"spec": {"nodeSelector": {"disk": "ssd"}}, "want": {true}},
		"affinity for either": {"spec": _affinity([_term([["zone", "Exists", []]])]), "want": {true}},
		"a RuntimeClass that selects nothing": {"spec": {"runtimeClassName": "win"}, "want": {true}},
		"an OS": {"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}}, "want": set()},
		"a node": {"spec": {"nodeName": "node-1"}, "want": set()},
		"an unknown RuntimeClass": {"spec": {"runtimeClassName": "other"}, "want": set()},
		"the control plane": {"spec": {"nodeSelector": {_role: ""}}, "want": set()},
		"a provider's label with any value": {
			"spec": {"nodeSelector": {"cloud.google.com/gke-os-distribution": "cos"}},
			"want": set(),
		},
	}
	got := {true | placement.open} with input as testing.pod(tc.spec) with config as _class({})
	got == tc.want
}

test_labels if {
	os_labels.names == ["kubernetes.io/os", "beta.kubernetes.io/os"]
	os_labels.build == "node.kubernetes.io/windows-build"
}

test_builds_of_a_runtime_class_by_os_sku if {
	builds := placement.builds with input as testing.pod({"runtimeClassName": "win"})
		with config as _class({"kubernetes.azure.com/os-sku": "Windows2022"})
	{pin.values | some pin in builds} == {{"10.0.20348"}}
}
