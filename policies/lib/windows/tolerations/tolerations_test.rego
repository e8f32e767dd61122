package lib.windows.tolerations_test

import data.lib.windows.config
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
		"no effect is any": {"toleration": object.remove(_full, ["effect"]), "want": {true}},
		"a null effect is any": {"toleration": object.union(_full, {"effect": null}), "want": {true}},
		"an empty effect is any": {"toleration": object.union(_full, {"effect": ""}), "want": {true}},
		"another effect": {"toleration": object.union(_full, {"effect": "NoExecute"}), "want": set()},
		"another key": {"toleration": object.union(_full, {"key": "OS"}), "want": set()},
		"another value": {"toleration": object.union(_full, {"value": "Windows"}), "want": set()},
		"no value": {"toleration": object.remove(_full, ["value"]), "want": set()},
		"a null value": {"toleration": object.union(_full, {"value": null}), "want": set()},
		"Exists asks for no value": {"toleration": {"key": "os", "operator": "Exists"}, "want": {true}},
		"Exists passes over a value": {"toleration": object.union(_full, {"operator": "Exists", "value": "x"}), "want": {true}},
		"Exists for another key": {"toleration": {"key": "arch", "operator": "Exists"}, "want": set()},
		"Exists for another effect": {"toleration": {"operator": "Exists", "effect": "NoExecute"}, "want": set()},
		"Exists without key is everything": {"toleration": {"operator": "Exists"}, "want": {true}},
		"no key but the value": {"toleration": {"value": "windows"}, "want": {true}},
		"nothing": {"toleration": {}, "want": set()},
		"an alpha operator": {"toleration": object.union(_full, {"operator": "Lt"}), "want": set()},
		"null": {"toleration": null, "want": set()},
		"a text": {"toleration": "os", "want": set()},
	}
	{true | tolerations.tolerates(tc.toleration, _taint)} == tc.want
}

test_taint_without_value[name] if {
	some name, tc in {
		"key alone": {"toleration": {"key": "os"}, "want": {true}},
		"a value": {"toleration": {"key": "os", "value": "windows"}, "want": set()},
		"nothing": {"toleration": {}, "want": {true}},
	}
	{true | tolerations.tolerates(tc.toleration, object.remove(_taint, ["value"]))} == tc.want
}

test_tolerated[name] if {
	some name, tc in {
		"by the pod": {"spec": {"tolerations": [{"key": "a"}, _full]}, "want": {true}},
		"by its RuntimeClass": {"spec": {"runtimeClassName": "win"}, "want": {true}},
		"by another toleration": {"spec": {"tolerations": [{"key": "a"}]}, "want": set()},
		"by another RuntimeClass": {"spec": {"runtimeClassName": "lin"}, "want": set()},
		"by nothing": {"spec": {"tolerations": []}, "want": set()},
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
