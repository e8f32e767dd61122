package lib.windows.rules.deprecated_label_test

import data.lib.windows.rules.deprecated_label
import data.lib.windows.testing_test as testing

_required(terms) := {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms}}}}

_preferred(preferences) := {"affinity": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": preferences}}}

_expression(key) := {"key": key, "operator": "In", "values": ["windows"]}

_class(selector) := object.union(
	object.remove(testing.runtime_class, ["scheduling"]),
	{"scheduling": {"nodeSelector": selector}},
)

test_silent[name] if {
	some name, manifest in {
		"the current labels": testing.windows_pod(object.union(
			{"nodeSelector": {"kubernetes.io/os": "windows", "kubernetes.io/arch": "amd64"}},
			_required([{"matchExpressions": [_expression("kubernetes.io/os")]}]),
		)),
		"another beta label": testing.windows_pod({"nodeSelector": {"beta.kubernetes.io/instance-type": "x"}}),
		"no selector": testing.pod({"os": {"name": "windows"}}),
		"a null spec": testing.pod(null),
		"pod affinity": testing.windows_pod({"affinity": {"podAffinity": {}}}),
		"terms without expressions": testing.windows_pod(_required([{}, null, {"matchExpressions": null}])),
		"a RuntimeClass with the current labels": testing.runtime_class,
		"a RuntimeClass for Linux": _class({"beta.kubernetes.io/os": "linux"}),
		"another kind with a selector": object.union(_class({"beta.kubernetes.io/os": "windows"}), {"kind": "Widget"}),
	}
	got := deprecated_label.finding with input as manifest
	got == set()
}

test_found[name] if {
	some name, tc in {
		"the OS in a selector": {
			"input": testing.pod({"nodeSelector": {"beta.kubernetes.io/os": "windows"}}),
			"want": {_of_selector("spec", "os", "windows", {"because": "nodeSelector beta.kubernetes.io/os is windows"})},
		},
		"the architecture in a selector of a workload": {
			"input": testing.deployment({"os": {"name": "windows"}, "nodeSelector": {"beta.kubernetes.io/arch": "amd64"}}),
			"want": {_of_selector("spec.template.spec", "arch", "amd64", {})},
		},
		"beside the new label with the same value": {
			"input": testing.windows_pod({"nodeSelector": {"beta.kubernetes.io/os": "windows"}}),
			"want": {_note("spec.nodeSelector[beta.kubernetes.io/os]", "os", {"fix": [
				{"op": "test", "path": "/spec/nodeSelector/beta.kubernetes.io~1os", "value": "windows"},
				{"op": "remove", "path": "/spec/nodeSelector/beta.kubernetes.io~1os"},
			]})},
		},
		"beside the new label without a value": {
			"input": testing.pod({
				"os": {"name": "windows"},
				"nodeSelector": {"beta.kubernetes.io/os": "windows", "kubernetes.io/os": null},
			}),
			"want": {_of_selector("spec", "os", "windows", {"fix": array.concat(
				[
					{"op": "test", "path": "/spec/nodeSelector/kubernetes.io~1os", "value": null},
					{"op": "remove", "path": "/spec/nodeSelector/kubernetes.io~1os"},
				],
				_renaming("/spec", "os", "windows"),
			)})},
		},
		"beside the new label with another value": {
			"input": testing.windows_pod({"nodeSelector": {"beta.kubernetes.io/os": "linux"}}),
			"want": {_note("spec.nodeSelector[beta.kubernetes.io/os]", "os", {})},
		},
		"in required affinity": {
			"input": testing.windows_pod(_required([
				{"matchExpressions": [_expression("kubernetes.io/os")]},
				{"matchExpressions": [_expression("x"), _expression("beta.kubernetes.io/os")]},
			])),
			"want": {_of_key(
				"requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[1].matchExpressions[1].key",
				"/requiredDuringSchedulingIgnoredDuringExecution/nodeSelectorTerms/1/matchExpressions/1/key",
				"os",
			)},
		},
		"in preferred affinity": {
			"input": testing.windows_pod(_preferred([
				{"weight": 1, "preference": {"matchExpressions": [_expression("beta.kubernetes.io/arch")]}},
				{"weight": 1},
			])),
			"want": {_of_key(
				"preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].key",
				"/preferredDuringSchedulingIgnoredDuringExecution/0/preference/matchExpressions/0/key",
				"arch",
			)},
		},
		"in a RuntimeClass": {
			"input": _class({"beta.kubernetes.io/os": "windows"}),
			"want": {_note("scheduling.nodeSelector[beta.kubernetes.io/os]", "os", {
				"because": "scheduling.nodeSelector selects windows",
				"fix": _renaming("/scheduling", "os", "windows"),
			})},
		},
	}
	got := deprecated_label.finding with input as tc.input
	got == tc.want
}

# The rule does not judge Linux pods.
test_applies[name] if {
	some name, tc in {
		"a RuntimeClass for Windows": {"input": _class({"beta.kubernetes.io/os": "windows"}), "want": 1},
		"a RuntimeClass for Linux": {"input": _class({"beta.kubernetes.io/os": "linux"}), "want": 0},
		"a Linux pod": {"input": testing.pod({"nodeSelector": {"beta.kubernetes.io/os": "linux"}}), "want": 0},
	}
	got := [1 | deprecated_label.applies] with input as tc.input
	count(got) == tc.want
}

_note(field, label, more) := object.union({"yieldsTo": ["os-conflict"]}, testing.expected(
	"note",
	"deprecated-label",
	{"field": field, "says": sprintf("Kubernetes deprecated this label. Use kubernetes.io/%s.", [label])},
	object.union({"enforcedBy": "advice"}, more),
))

_of_selector(prefix, label, value, more) := _note(
	sprintf("%s.nodeSelector[beta.kubernetes.io/%s]", [prefix, label]),
	label,
	object.union({"fix": _renaming(concat("", ["/", replace(prefix, ".", "/")]), label, value)}, more),
)

_renaming(pointer, label, value) := [
	{"op": "test", "path": sprintf("%s/nodeSelector/beta.kubernetes.io~1%s", [pointer, label]), "value": value},
	{
		"op": "move",
		"from": sprintf("%s/nodeSelector/beta.kubernetes.io~1%s", [pointer, label]),
		"path": sprintf("%s/nodeSelector/kubernetes.io~1%s", [pointer, label]),
	},
]

_of_key(field, pointer, label) := _note(
	concat(".", ["spec.affinity.nodeAffinity", field]),
	label,
	{"fix": [
		{
			"op": "test",
			"path": concat("", ["/spec/affinity/nodeAffinity", pointer]),
			"value": sprintf("beta.kubernetes.io/%s", [label]),
		},
		{
			"op": "replace",
			"path": concat("", ["/spec/affinity/nodeAffinity", pointer]),
			"value": sprintf("kubernetes.io/%s", [label]),
		},
	]},
)
