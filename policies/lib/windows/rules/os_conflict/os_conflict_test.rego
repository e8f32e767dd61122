package lib.windows.rules.os_conflict_test

import data.lib.windows.config
import data.lib.windows.os
import data.lib.windows.rules.os_conflict
import data.lib.windows.testing_test as testing

_terms_field := "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

_affinity(terms) := {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
	"nodeSelectorTerms": terms,
}}}}

_term(key, values) := {"matchExpressions": [{"key": key, "operator": "In", "values": values}]}

_os(name) := {"os": {"name": name}}

_select(name) := {"nodeSelector": {"kubernetes.io/os": name}}

_classes := {"runtimeClasses": {"classes": {
	"windows": {"scheduling": {"nodeSelector": {"kubernetes.io/os": "windows", "disk": "ssd"}}},
	"by-build": {"scheduling": {"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"}}},
	"linux": {"scheduling": {"nodeSelector": {"kubernetes.io/os": "linux"}}},
	"both": {"scheduling": {"nodeSelector": {"kubernetes.io/os": "linux", "beta.kubernetes.io/os": "windows"}}},
	"disk": {"scheduling": {"nodeSelector": {"disk": "ssd", "zone": "a"}}},
	"none": {"handler": "runc"},
	"shouting": {"scheduling": {"nodeSelector": {"kubernetes.io/os": "LINUX"}}},
	"mac": {"scheduling": {"nodeSelector": {"kubernetes.io/os": "darwin"}}},
}}}

_selector_says(name) := {
	"field": "spec.nodeSelector[kubernetes.io/os]",
	"says": sprintf("This selects %s", [name]),
	"enforcedBy": "kubelet",
}

_affinity_says(name) := {
	"field": _terms_field,
	"says": sprintf("This allows no %s node", [name]),
	"enforcedBy": "kubelet",
}

_class_says(name) := {
	"field": "spec.runtimeClassName",
	"says": sprintf("This selects %s", [name]),
	"enforcedBy": "kubelet",
}

_by_scheduler := {"enforcedBy": "scheduler"}

# The findings of the rule, if the gate asks the rule.
_reported contains found if {
	os.windows
	some found in os_conflict.finding
}

_reported contains found if {
	os_conflict.applies
	some found in os_conflict.finding
}

test_conflict[name] if {
	some name, tc in {
		"windows, and a selector for linux": {
			"spec": object.union(_os("windows"), _select("linux")),
			"want": _selector_says("linux"),
			"but": "spec.os.name is windows",
			"because": "spec.os.name is windows",
		},
		"linux, and a selector for windows": {
			"spec": object.union(_os("linux"), _select("windows")),
			"want": _selector_says("windows"),
			"but": "spec.os.name is linux",
			"because": "spec.os.name is linux",
		},
		"linux, and a selector for a Windows build": {
			"spec": object.union(_os("linux"), {"nodeSelector": {"node.kubernetes.io/windows-build": "10.0.20348"}}),
			"want": object.union(
				_selector_says("windows"),
				{"field": "spec.nodeSelector[node.kubernetes.io/windows-build]"},
			),
			"but": "spec.os.name is linux",
			"because": "spec.os.name is linux",
		},
		"linux, and a selector for a Windows label of the provider": {
			"spec": object.union(_os("linux"), {"nodeSelector": {"kubernetes.azure.com/os-sku": "Windows2022"}}),
			"want": object.union(
				_selector_says("windows"),
				{"field": "spec.nodeSelector[kubernetes.azure.com/os-sku]"},
			),
			"but": "spec.os.name is linux",
			"because": "spec.os.name is linux",
		},
		"windows, and affinity for linux": {
			"spec": object.union(_os("windows"), _affinity([_term("kubernetes.io/os", ["linux"])])),
			"want": _affinity_says("windows"),
			"but": "spec.os.name is windows",
			"because": "spec.os.name is windows",
		},
		"windows, and affinity for a word that no node has": {
			"spec": object.union(_os("windows"), _affinity([_term("kubernetes.io/os", [])])),
			"want": object.union(_affinity_says("windows"), _by_scheduler),
			"but": "spec.os.name is windows",
			"because": "spec.os.name is windows",
		},
		"linux, and affinity for a Windows build in each term": {
			"spec": object.union(_os("linux"), _affinity([
				_term("node.kubernetes.io/windows-build", ["10.0.20348"]),
				_term("node.kubernetes.io/windows-build", ["10.0.26100"]),
			])),
			"want": _affinity_says("linux"),
			"but": "spec.os.name is linux",
			"because": "spec.os.name is linux",
		},
		"windows, and a RuntimeClass for linux": {
			"spec": object.union(_os("windows"), {"runtimeClassName": "linux"}),
			"want": _class_says("linux"),
			"but": "spec.os.name is windows",
			"because": "spec.os.name is windows",
		},
		"linux, and a RuntimeClass for windows": {
			"spec": object.union(_os("linux"), {"runtimeClassName": "by-build"}),
			"want": _class_says("windows"),
			"but": "spec.os.name is linux",
			"because": "spec.os.name is linux",
		},
		"a selector for linux, and affinity for windows": {
			"spec": object.union(_select("linux"), _affinity([_term("kubernetes.io/os", ["windows"])])),
			"want": object.union_n([
				_affinity_says("linux"),
				_by_scheduler,
				{"shown": "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution...."},
			]),
			"but": "nodeSelector kubernetes.io/os says linux",
			"because": "nodeSelector kubernetes.io/os is linux",
		},
		"affinity for windows, and a RuntimeClass for linux": {
			"spec": object.union(_affinity([_term("kubernetes.io/os", ["windows"])]), {"runtimeClassName": "linux"}),
			"want": object.union(_class_says("linux"), _by_scheduler),
			"but": "required affinity allows only windows",
			"because": "required node affinity allows only windows",
		},
		"a selector for linux, and a RuntimeClass for windows by another label": {
			"spec": object.union(_select("linux"), {"runtimeClassName": "by-build"}),
			"want": object.union(_class_says("windows"), _by_scheduler),
			"but": "nodeSelector kubernetes.io/os says linux",
			"because": "nodeSelector kubernetes.io/os is linux",
		},
		"two OS labels of a selector": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "windows", "beta.kubernetes.io/os": "linux"}},
			"want": {
				"field": "spec.nodeSelector[beta.kubernetes.io/os]",
				"says": "This selects linux",
				"enforcedBy": "scheduler",
			},
			"but": "nodeSelector kubernetes.io/os says windows",
			"because": "nodeSelector kubernetes.io/os is windows",
		},
		"two OS labels of a RuntimeClass": {
			"spec": {"runtimeClassName": "both"},
			"want": object.union(_class_says("windows"), _by_scheduler),
			"but": "RuntimeClass kubernetes.io/os says linux",
			"because": "RuntimeClass both selects linux",
		},
		"HostProcess, and affinity that matches no node": {
			"spec": object.union(
				{"securityContext": {"windowsOptions": {"hostProcess": true}}},
				_affinity([{}]),
			),
			"want": object.union_n([
				_affinity_says("windows"),
				_by_scheduler,
				{"shown": "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelect..."},
			]),
			"but": "the pod is a HostProcess pod",
			"because": "windowsOptions.hostProcess is true",
		},
		"windows, and three sources for linux, which is one finding": {
			"spec": object.union_n([
				_os("windows"),
				_select("linux"),
				_affinity([_term("kubernetes.io/os", ["linux"])]),
				{"runtimeClassName": "linux"},
			]),
			"want": _selector_says("linux"),
			"but": "spec.os.name is windows",
			"because": "spec.os.name is windows",
		},
	}
	manifest := testing.pod(tc.spec)
	got := _reported with input as manifest with config as _classes
	got == {_found(tc.want, tc.but, tc.because)}
}

# A long message shows only the beginning of the field: want.shown.
_found(want, but, because) := testing.expected(
	"deny",
	"os-conflict",
	{
		"field": object.get(want, "shown", want.field),
		"says": sprintf("%s, but %s, so the pod cannot run. Use one OS.", [want.says, but]),
	},
	{"field": want.field, "enforcedBy": want.enforcedBy, "because": because},
)

test_silent[name] if {
	some name, spec in {
		"no OS": {},
		"a null spec": null,
		"windows in every source": object.union_n([
			_os("windows"),
			_select("windows"),
			_affinity([_term("kubernetes.io/os", ["windows"])]),
			{"runtimeClassName": "windows"},
		]),
		"linux in every source": object.union_n([
			_os("linux"),
			_select("linux"),
			_affinity([_term("kubernetes.io/os", ["linux"])]),
			{"runtimeClassName": "linux"},
		]),
		"windows, and no selector": _os("windows"),
		"windows, and affinity that also has another spelling": object.union(
			_os("windows"),
			_affinity([_term("kubernetes.io/os", ["windows", "Windows"])]),
		),
		"affinity for linux and another word": _affinity([_term("kubernetes.io/os", ["linux", "darwin"])]),
		"an unknown RuntimeClass and no OS": {"runtimeClassName": "other"},
		"windows, and one of two affinity terms for linux": object.union(
			_os("windows"),
			_affinity([_term("kubernetes.io/os", ["linux"]), _term("kubernetes.io/os", ["windows"])]),
		),
		"windows, and a preference for linux": object.union(_os("windows"), {"affinity": {"nodeAffinity": {
			"preferredDuringSchedulingIgnoredDuringExecution": [{
				"weight": 1,
				"preference": _term("kubernetes.io/os", ["linux"]),
			}],
		}}}),
		"windows, and a RuntimeClass that selects nothing": object.union(_os("windows"), {"runtimeClassName": "none"}),
		"windows, and an unknown RuntimeClass": object.union(
			_os("windows"),
			{"runtimeClassName": "other"},
		),
		"a Linux pod whose RuntimeClass contradicts another label": object.union(
			_os("linux"),
			{"runtimeClassName": "disk", "nodeSelector": {"disk": "hdd", "kubernetes.io/os": "linux"}},
		),
	}
	got := _reported with input as testing.pod(spec) with config as _classes
	got == set()
}

test_rejected[name] if {
	some name, tc in {
		"for the OS label": {
			"spec": object.union_n([_os("windows"), _select("linux"), {"runtimeClassName": "windows"}]),
			"want": {"kubernetes.io/os"},
		},
		"for the OS label of a pod without spec.os.name": {
			"spec": object.union(_select("linux"), {"runtimeClassName": "windows"}),
			"want": {"kubernetes.io/os"},
		},
		"for a word that no node has": {
			"spec": object.union(_select("win"), {"runtimeClassName": "windows"}),
			"want": {"kubernetes.io/os"},
		},
		"for another label": {
			"spec": object.union(_os("windows"), {
				"nodeSelector": {"kubernetes.io/os": "windows", "disk": "hdd"},
				"runtimeClassName": "windows",
			}),
			"want": {"disk"},
		},
		"for two labels": {
			"spec": object.union(_os("windows"), {
				"nodeSelector": {"kubernetes.io/os": "windows", "disk": "hdd", "zone": "b"},
				"runtimeClassName": "disk",
			}),
			"want": {"disk", "zone"},
		},
		"for no label": {
			"spec": object.union(_os("windows"), {
				"nodeSelector": {"kubernetes.io/os": "windows", "disk": "ssd"},
				"runtimeClassName": "windows",
			}),
			"want": set(),
		},
	}
	got := _reported with input as testing.pod(tc.spec) with config as _classes
	{found.msg | some found in got; found.details.severity == "deny"} == {sprintf(
		"spec.nodeSelector[%s]: The RuntimeClass selects another value, so the API server rejects the pod. Select the same value. (os-conflict)",
		[label],
	) |
		some label in tc.want
	}
}

test_rejected_in_full if {
	manifest := testing.pod(object.union(_select("linux"), {"runtimeClassName": "windows"}))
	got := _reported with input as manifest with config as _classes
	got == {testing.expected(
		"deny",
		"os-conflict",
		{
			"field": "spec.nodeSelector[kubernetes.io/os]",
			"says": "The RuntimeClass selects another value, so the API server rejects the pod. Select the same value.",
		},
		{"enforcedBy": "apiserver", "because": "RuntimeClass windows selects kubernetes.io/os windows"},
	)}
}

test_label[name] if {
	some name, tc in {
		"linux on a Windows pod": {"label": "linux", "spec": testing.windows, "want": {"windows"}},
		"windows in upper case": {"label": "Windows", "spec": testing.windows, "want": {"windows"}},
		"a null label": {"label": null, "spec": testing.windows, "want": {"windows"}},
		"windows on a Windows pod": {"label": "windows", "spec": testing.windows, "want": set()},
		"windows on a Linux pod": {"label": "windows", "spec": _os("linux"), "want": {"linux"}},
		"another value on a Linux pod": {"label": "Linux", "spec": _os("linux"), "want": set()},
		"linux on a Linux pod": {"label": "linux", "spec": _os("linux"), "want": set()},
		"windows on a pod of no known OS": {"label": "windows", "spec": {}, "want": set()},
	}
	manifest := object.union(testing.pod(tc.spec), {"metadata": {"labels": {"kubernetes.io/os": tc.label}}})
	got := _reported with input as manifest
	got == {_labelled("metadata.labels[kubernetes.io/os]", said) | some said in tc.want}
}

test_label_of_a_template if {
	manifest := json.patch(testing.deployment(testing.windows), [{
		"op": "add",
		"path": "/spec/template/metadata",
		"value": {"labels": {"kubernetes.io/os": "linux"}},
	}])
	got := _reported with input as manifest
	got == {_labelled("spec.template.metadata.labels[kubernetes.io/os]", "windows")}
}

test_label_beside_another_conflict[name] if {
	some name, spec in {
		"with a conflict of the selector": object.union(_os("windows"), _select("linux")),
		"with a conflict of the RuntimeClass": object.union(_select("linux"), {"runtimeClassName": "windows"}),
	}
	manifest := object.union(testing.pod(spec), {"metadata": {"labels": {"kubernetes.io/os": "x"}}})
	got := _reported with input as manifest with config as _classes
	{found.details.field | some found in got} == {"spec.nodeSelector[kubernetes.io/os]"}
}

_labelled(field, said) := testing.expected(
	"deny",
	"os-conflict",
	{
		"field": field,
		"says": sprintf("This label differs from the OS of the pod, %s, so the kubelet refuses the pod. Correct the label.", [said]),
	},
	{"enforcedBy": "kubelet", "because": sprintf("spec.os.name is %s", [said])},
)

_value(term, value) := sprintf("%s[%d].matchExpressions[0].values[%d]", [_terms_field, term, value])

# A spelling of the OS that leaves no node.
test_spelling[name] if {
	some name, tc in {
		"in the selector": {
			"spec": _select("Windows"),
			"want": {_misspelled("spec.nodeSelector[kubernetes.io/os]", "windows", {
				"because": "nodeSelector kubernetes.io/os is Windows",
				"fix": _replace("/spec/nodeSelector/kubernetes.io~1os", "Windows", "windows"),
			})},
		},
		"in the deprecated label": {
			"spec": {"nodeSelector": {"beta.kubernetes.io/os": "LINUX"}},
			"want": {_misspelled("spec.nodeSelector[beta.kubernetes.io/os]", "linux", {
				"because": "nodeSelector beta.kubernetes.io/os is LINUX",
			})},
		},
		"of the declared OS": {
			"spec": object.union(_os("windows"), _select("WINDOWS")),
			"want": {_misspelled("spec.nodeSelector[kubernetes.io/os]", "windows", {
				"because": "spec.os.name is windows",
				"fix": _replace("/spec/nodeSelector/kubernetes.io~1os", "WINDOWS", "windows"),
			})},
		},
		"of the other OS, which has no safe fix": {
			"spec": object.union(_os("windows"), _select("Linux")),
			"want": {_misspelled("spec.nodeSelector[kubernetes.io/os]", "linux", {"because": "spec.os.name is windows"})},
		},
		"beside a RuntimeClass of the same OS": {
			"spec": object.union(_select("Windows"), {"runtimeClassName": "windows"}),
			"want": {_misspelled("spec.nodeSelector[kubernetes.io/os]", "windows", {
				"because": "nodeSelector kubernetes.io/os is Windows",
				"fix": _replace("/spec/nodeSelector/kubernetes.io~1os", "Windows", "windows"),
			})},
		},
		"in affinity": {
			"spec": _affinity([_term("kubernetes.io/os", ["Windows"])]),
			"want": {_misspelled(_value(0, 0), "windows", {
				"because": "required node affinity allows only windows",
				"fix": _replace(_pointer(0), "Windows", "windows"),
			})},
		},
		"in each term of affinity": {
			"spec": _affinity([_term("kubernetes.io/os", ["Windows"]), _term("beta.kubernetes.io/os", ["WINDOWS"])]),
			"want": {
				_misspelled(_value(0, 0), "windows", {
					"because": "required node affinity allows only windows",
					"fix": _replace(_pointer(0), "Windows", "windows"),
				}),
				_misspelled(_value(1, 0), "windows", {"because": "required node affinity allows only windows"}),
			},
		},
		"in the only term for the declared OS": {
			"spec": object.union(
				_os("windows"),
				_affinity([_term("kubernetes.io/os", ["Windows"]), _term("kubernetes.io/os", ["linux"])]),
			),
			"want": {_misspelled(_value(0, 0), "windows", {"because": "spec.os.name is windows"})},
		},
		"in a RuntimeClass": {
			"spec": {"runtimeClassName": "shouting"},
			"want": {testing.expected(
				"deny", "os-conflict", {
					"field": "spec.runtimeClassName",
					"says": "The RuntimeClass selects a spelling that no node has, so the pod finds no linux node. Write linux in lower case.",
				},
				{"enforcedBy": "scheduler", "because": "RuntimeClass shouting selects linux"},
			)},
		},
	}
	got := _reported with input as testing.pod(tc.spec) with config as _classes
	got == tc.want
}

# A spelling that leaves other nodes, and another word.
test_spelling_warned[name] if {
	some name, tc in {
		"in one term of two": {
			"spec": _affinity([_term("kubernetes.io/os", ["Windows"]), _term("kubernetes.io/os", ["linux"])]),
			"field": _value(0, 0),
			"says": "No node has this spelling, so the value selects no node. Write windows in lower case.",
		},
		"beside the other OS": {
			"spec": _affinity([_term("kubernetes.io/os", ["linux", "Windows"])]),
			"field": _value(0, 1),
			"says": "No node has this spelling, so the value selects no node. Write windows in lower case.",
		},
		"excluded": {
			"spec": _affinity([{"matchExpressions": [{"key": "kubernetes.io/os", "operator": "NotIn", "values": ["Windows"]}]}]),
			"field": _value(0, 0),
			"says": "No node has this spelling, so the value excludes no node. Write windows in lower case.",
		},
		"another word": {"spec": _select("win"), "field": "spec.nodeSelector[kubernetes.io/os]", "says": _word},
		"another word in affinity": {
			"spec": _affinity([_term("beta.kubernetes.io/os", ["Win32"])]),
			"field": _value(0, 0),
			"says": _word,
		},
		"another word in the affinity of a pod that declares its OS": {
			"spec": object.union(_os("windows"), _affinity([_term("kubernetes.io/os", ["win"]), _term("kubernetes.io/os", ["linux"])])),
			"field": _value(0, 0),
			"says": _word,
		},
		"another word in a RuntimeClass": {"spec": {"runtimeClassName": "mac"}, "field": "spec.runtimeClassName", "says": _word},
	}
	got := _reported with input as testing.pod(tc.spec) with config as _classes
	{[found.details.severity, found.details.field, found.details.enforcedBy] | some found in got} == {["warn", tc.field, "scheduler"]}
	every found in got {
		endswith(found.msg, sprintf(": %s (os-conflict)", [tc.says]))
	}
}

# A text that no label can have stands for a value that is filled in later.
test_placeholder[value] if {
	some value in ["$OS", "${NODE_SELECTOR_OS}", "<os>", "windows or linux", "win-", "$(os)"]
	got := _reported with input as testing.pod(_select(value))
	got == set()
	affinity := _reported with input as testing.pod(_affinity([_term("kubernetes.io/os", [value])]))
	affinity == set()
}

test_spelling_warned_in_full if {
	got := _reported with input as testing.pod(_select("win"))
	got == {testing.expected(
		"warn",
		"os-conflict",
		{"field": "spec.nodeSelector[kubernetes.io/os]", "says": _word},
		{"enforcedBy": "scheduler", "because": "nothing names the OS of the pod"},
	)}
}

_word := "Kubelets set only linux or windows, so only a virtual node can have this value. Use windows or linux."

_pointer(term) := sprintf("/spec/affinity/nodeAffinity/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/%d/matchExpressions/0/values/0", [term])

_replace(pointer, from, to) := [
	{"op": "test", "path": pointer, "value": from},
	{"op": "replace", "path": pointer, "value": to},
]

_misspelled(field, os_, more) := object.union(
	testing.expected(
		"deny",
		"os-conflict",
		{
			"field": field,
			"says": sprintf("No node has this spelling, so the pod finds no %s node. Write %s in lower case.", [os_, os_]),
		},
		object.union({"enforcedBy": "scheduler"}, more),
	),
	{"msg": _shortened(field, sprintf(
		": No node has this spelling, so the pod finds no %s node. Write %s in lower case. (os-conflict)",
		[os_, os_],
	))},
)

# A message of more than 200 characters shows only the beginning of its field.
_shortened(field, rest) := concat("", [field, rest]) if {
	count(field) + count(rest) <= 200
} else := concat("", [substring(field, 0, 197 - count(rest)), "...", rest])
