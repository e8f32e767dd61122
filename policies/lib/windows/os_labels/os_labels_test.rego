package lib.windows.os_labels_test

import data.lib.windows.config
import data.lib.windows.os_labels
import data.lib.windows.testing_test as testing

_terms_field := "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

_expression(operator, values) := testing.required_affinity([{"matchExpressions": [{
	"key": "beta.kubernetes.io/os",
	"operator": operator,
	"values": values,
}]}])

test_meant[name] if {
	some name, want in {
		"windows": {"windows"},
		"Windows": {"windows"},
		"LINUX": {"linux"},
		"win": set(),
		"": set(),
	}
	{meant | meant := os_labels.meant(name)} == want
}

test_strange_in[name] if {
	some name, tc in {
		"right values": {"selector": {"kubernetes.io/os": "windows", "beta.kubernetes.io/os": "linux"}, "want": set()},
		"another spelling": {
			"selector": {"kubernetes.io/os": "Windows"},
			"want": {{"label": "kubernetes.io/os", "value": "Windows", "meant": "windows"}},
		},
		"both labels": {
			"selector": {"kubernetes.io/os": "LINUX", "beta.kubernetes.io/os": "Win32"},
			"want": {
				{"label": "kubernetes.io/os", "value": "LINUX", "meant": "linux"},
				{"label": "beta.kubernetes.io/os", "value": "Win32", "meant": ""},
			},
		},
		"another label": {"selector": {"os": "Windows"}, "want": set()},
		"values of the wrong type": {"selector": {"kubernetes.io/os": true, "beta.kubernetes.io/os": null}, "want": set()},
		"no selector": {"selector": null, "want": set()},
	}
	os_labels.strange_in(tc.selector) == tc.want
}

test_can_be[value] if {
	some value, want in {
		"": {true},
		"w": {true},
		"Win32": {true},
		"win_10.x-y": {true},
		sprintf("w%sx", [concat("", ["-" | some _ in numbers.range(1, 61)])]): {true},
		sprintf("w%sx", [concat("", ["-" | some _ in numbers.range(1, 62)])]): set(),
		"$OS": set(),
		"<os>": set(),
		"win-": set(),
		"a b": set(),
	}
	{can | can := os_labels.can_be(value)} == want
}

test_strange[name] if {
	some name, tc in {
		"nodeSelector": {
			"spec": {"nodeSelector": {"kubernetes.io/os": "Windows"}},
			"want": {_found("nodeSelector", "spec.nodeSelector[kubernetes.io/os]", "kubernetes.io/os", "Windows", "windows")},
		},
		"a RuntimeClass": {
			"spec": {"runtimeClassName": "win"},
			"want": {_found("RuntimeClass", "spec.runtimeClassName", "beta.kubernetes.io/os", "Linux", "linux")},
		},
		"affinity": {"spec": _expression("In", ["WINDOWS"]), "want": {_affinity(0, "WINDOWS", "windows", "In")}},
		"affinity with another word": {"spec": _expression("In", ["win"]), "want": {_affinity(0, "win", "", "In")}},
		"affinity with both": {
			"spec": _expression("In", ["Linux", "Windows"]),
			"want": {_affinity(0, "Linux", "linux", "In"), _affinity(1, "Windows", "windows", "In")},
		},
		"affinity with the other OS beside it": {
			"spec": _expression("In", ["linux", "Windows"]),
			"want": {_affinity(1, "Windows", "windows", "In")},
		},
		"affinity with the right value beside it": {"spec": _expression("In", ["windows", "Windows"]), "want": set()},
		"affinity with another word beside a right value": {"spec": _expression("In", ["linux", "darwin"]), "want": set()},
		"affinity that excludes it": {"spec": _expression("NotIn", ["Windows"]), "want": {_affinity(0, "Windows", "windows", "NotIn")}},
		"affinity that excludes another word": {"spec": _expression("NotIn", ["darwin"]), "want": set()},
		"affinity that excludes both spellings": {"spec": _expression("NotIn", ["Windows", "windows"]), "want": set()},
		"affinity of another type": {"spec": _expression("In", [1]), "want": set()},
		"a preference": {
			"spec": {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
				"weight": 1,
				"preference": {"matchExpressions": [{"key": "kubernetes.io/os", "operator": "In", "values": ["Windows"]}]},
			}]}}},
			"want": set(),
		},
		"nothing": {"spec": {}, "want": set()},
	}
	got := os_labels.strange with input as testing.pod(tc.spec)
		with config as {"runtimeClasses": {"classes": {"win": {"scheduling": {"nodeSelector": {"beta.kubernetes.io/os": "Linux"}}}}}}
	got == tc.want
}

_found(by, field, label, value, meant) := {
	"by": by,
	"field": field,
	"label": label,
	"value": value,
	"meant": meant,
	"operator": "In",
}

_affinity(place, value, meant, operator) := object.union(
	_found(
		"affinity",
		sprintf("%s[0].matchExpressions[0].values[%d]", [_terms_field, place]),
		"beta.kubernetes.io/os",
		value,
		meant,
	),
	{"operator": operator},
)
