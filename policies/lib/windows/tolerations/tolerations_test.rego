package lib.windows.tolerations_test

import data.lib.windows.config
import data.lib.windows.settings
import data.lib.windows.testing_test as testing
import data.lib.windows.tolerations

_taint := {"key": "os", "value": "windows", "effect": "NoSchedule"}

_full := {"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule"}

# The table of Toleration.ToleratesTaint, k8s.io/api/core/v1.
test_tolerates[name] if {
	some name, tc in {
		"key, value and effect": {"toleration": _full, "want": {true}},
		"no operator is Equal": {"toleration": object.remove(_full, ["operator"]), "want": {true}},
		"an empty operator is Equal": {"toleration": object.union(_full, {"operator": ""}), "want": {true}},
		"no effect matches all": {"toleration": object.remove(_full, ["effect"]), "want": {true}},
		"a null effect matches all": {"toleration": object.union(_full, {"effect": null}), "want": {true}},
		"an empty effect matches all": {"toleration": object.union(_full, {"effect": ""}), "want": {true}},
		"another effect": {"toleration": object.union(_full, {"effect": "NoExecute"}), "want": set()},
		"another key": {"toleration": object.union(_full, {"key": "OS"}), "want": set()},
		"another value": {"toleration": object.union(_full, {"value": "Windows"}), "want": set()},
		"no value": {"toleration": object.remove(_full, ["value"]), "want": set()},
		"a null value": {"toleration": object.union(_full, {"value": null}), "want": set()},
		"Exists needs no value": {"toleration": {"key": "os", "operator": "Exists"}, "want": {true}},
		"Exists ignores a value": {"toleration": object.union(_full, {"operator": "Exists", "value": "x"}), "want": {true}},
		"Exists for another key": {"toleration": {"key": "arch", "operator": "Exists"}, "want": set()},
		"Exists for another effect": {"toleration": {"operator": "Exists", "effect": "NoExecute"}, "want": set()},
		"Exists without key matches all": {"toleration": {"operator": "Exists"}, "want": {true}},
		"the value without the key": {"toleration": {"value": "windows"}, "want": {true}},
		"nothing": {"toleration": {}, "want": set()},
		"an operator for integers": {"toleration": object.union(_full, {"operator": "Lt"}), "want": set()},
		"an unknown operator": {"toleration": object.union(_full, {"operator": "exists"}), "want": set()},
		"a null key": {"toleration": {"key": null, "operator": "Exists"}, "want": {true}},
		"a key of the wrong type": {"toleration": {"key": 1, "operator": "Exists"}, "want": set()},
		"an effect of the wrong type": {"toleration": {"key": "os", "operator": "Exists", "effect": false}, "want": set()},
		"an effect in a field that does not exist": {
			"toleration": {"key": "os", "operator": "Exists", "Effect": "NoExecute"},
			"want": {true},
		},
		"for some seconds": {"toleration": object.union(_full, {"tolerationSeconds": 60}), "want": {true}},
		"null": {"toleration": null, "want": set()},
		"a string": {"toleration": "os", "want": set()},
	}
	{true | tolerations.tolerates(tc.toleration, _taint)} == tc.want
}

test_taint_without_value[name] if {
	some name, tc in {
		"only the key": {"toleration": {"key": "os"}, "want": {true}},
		"a value": {"toleration": {"key": "os", "value": "windows"}, "want": set()},
		"nothing": {"toleration": {}, "want": {true}},
		"null": {"toleration": null, "want": set()},
		"a string": {"toleration": "os", "want": set()},
	}
	{true | tolerations.tolerates(tc.toleration, object.remove(_taint, ["value"]))} == tc.want
}

# compareNumericValues of k8s.io/api/core/v1: the taint's value is less, or greater, than the toleration's.
test_integers[name] if {
	some name, tc in {
		"less": {"taint": "10", "operator": "Lt", "value": "11", "want": {true}},
		"not less": {"taint": "11", "operator": "Lt", "value": "11", "want": set()},
		"less as numbers, not as strings": {"taint": "9", "operator": "Lt", "value": "10", "want": {true}},
		"greater": {"taint": "-1", "operator": "Gt", "value": "-2", "want": {true}},
		"not greater": {"taint": "0", "operator": "Gt", "value": "0", "want": set()},
		"the largest": {"taint": "9223372036854775806", "operator": "Lt", "value": "9223372036854775807", "want": {true}},
		"larger than 64 bits": {"taint": "1", "operator": "Lt", "value": "9223372036854775808", "want": set()},
		"the smallest": {"taint": "-9223372036854775807", "operator": "Gt", "value": "-9223372036854775808", "want": {true}},
		"smaller than 64 bits": {"taint": "1", "operator": "Gt", "value": "-9223372036854775809", "want": set()},
		"a leading zero": {"taint": "1", "operator": "Lt", "value": "02", "want": set()},
		"a plus": {"taint": "1", "operator": "Lt", "value": "+2", "want": set()},
		"minus zero": {"taint": "1", "operator": "Gt", "value": "-0", "want": set()},
		"no value": {"taint": "1", "operator": "Lt", "value": null, "want": set()},
		"a taint that is not an integer": {"taint": "windows", "operator": "Gt", "value": "0", "want": set()},
		"a taint without value": {"taint": "", "operator": "Gt", "value": "-1", "want": set()},
	}
	{true | tolerations.tolerates(
		{"key": "os", "operator": tc.operator, "value": tc.value},
		object.union(_taint, {"value": tc.taint}),
	)} == tc.want
}

test_blanket[name] if {
	some name, tc in {
		"every effect": {"tolerations": [{"operator": "Exists"}], "want": {"NoSchedule", "NoExecute"}},
		"among others": {
			"tolerations": [_full, {"key": "", "operator": "Exists", "effect": ""}],
			"want": {"NoSchedule", "NoExecute"},
		},
		"one effect": {"tolerations": [{"operator": "Exists", "effect": "NoExecute"}], "want": {"NoExecute"}},
		"each effect by itself": {
			"tolerations": [
				{"operator": "Exists", "effect": "NoExecute"},
				{"operator": "Exists", "effect": "NoSchedule"},
			],
			"want": {"NoSchedule", "NoExecute"},
		},
		"one key": {"tolerations": [{"key": "os", "operator": "Exists"}], "want": set()},
		"no operator": {"tolerations": [{}], "want": set()},
		"a key of the wrong type": {"tolerations": [{"key": 1, "operator": "Exists"}], "want": set()},
		"not a toleration": {"tolerations": [null, "Exists"], "want": set()},
		"none": {"tolerations": [], "want": set()},
	}
	got := {effect | some effect in ["NoSchedule", "NoExecute"]; tolerations.blanket(effect)}
		with input as testing.pod({"tolerations": tc.tolerations})
	got == tc.want
}

test_repelling if {
	got := tolerations.repelling with settings.taints as [
	object.union(_taint, {"effect": effect}) |
		some effect in ["NoSchedule", "PreferNoSchedule", "NoExecute"]
	]
	[taint.effect | some taint in got] == ["NoSchedule", "NoExecute"]
}

test_written[name] if {
	some name, tc in {
		"with a value": {"value": "windows", "want": "os=windows:NoSchedule"},
		"without": {"value": "", "want": "os:NoSchedule"},
		"with null": {"value": null, "want": "os:NoSchedule"},
	}
	tolerations.written(object.union(_taint, {"value": tc.value})) == tc.want
}

test_tolerated[name] if {
	some name, tc in {
		"by the pod": {"spec": {"tolerations": [{"key": "a"}, _full]}, "want": {true}},
		"by its RuntimeClass": {"spec": {"runtimeClassName": "win"}, "want": {true}},
		"by another toleration": {"spec": {"tolerations": [{"key": "a"}]}, "want": set()},
		"by another RuntimeClass": {"spec": {"runtimeClassName": "lin"}, "want": set()},
		"nothing": {"spec": {"tolerations": []}, "want": set()},
		"tolerations are null": {"spec": {"tolerations": null}, "want": set()},
		"tolerations are a text": {"spec": {"tolerations": "os"}, "want": set()},
	}
	got := {true | tolerations.tolerated(_taint)} with input as testing.pod(tc.spec)
		with config as {"runtimeClasses": {"classes": {"win": testing.runtime_class}}}
	got == tc.want
}

test_of_pod if {
	got := tolerations.of_pod with input as testing.pod({"runtimeClassName": "win", "tolerations": [{"key": "a"}]})
		with config as {"runtimeClasses": {"classes": {"win": testing.runtime_class}}}
	got == {{"key": "a"}, _full}
}

test_untainted[name] if {
	some name, tc in {
		"nothing": {"config": {}, "want": set()},
		"an unknown platform": {"config": {"platform": "mine"}, "want": set()},
		"a platform with a taint": {"config": {"platform": "gke"}, "want": set()},
		"a platform without": {"config": {"platform": "aks"}, "want": {"Windows nodes of aks have no taint"}},
		"null taints": {"config": {"platform": "aks", "taints": null}, "want": {"Windows nodes of aks have no taint"}},
		"a configured taint": {"config": {"platform": "aks", "taints": [_taint]}, "want": set()},
		"no configured taint": {"config": {"taints": []}, "want": {"no configured taint keeps pods off Windows nodes"}},
		"only a preference": {
			"config": {"taints": [object.union(_taint, {"effect": "PreferNoSchedule"})]},
			"want": {"no configured taint keeps pods off Windows nodes"},
		},
	}
	got := {why | why := tolerations.untainted} with config as tc.config
	got == tc.want
}
