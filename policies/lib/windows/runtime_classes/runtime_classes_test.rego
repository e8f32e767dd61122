package lib.windows.runtime_classes_test

import data.inventory
import data.lib.windows.config
import data.lib.windows.runtime_classes
import data.lib.windows.testing_test as testing

_known := {"runtimeClasses": {"classes": {"win": {"handler": "runhcs-wcow-process"}}}}

test_of_pod[name] if {
	some name, tc in {
		"known": {"spec": {"runtimeClassName": "win"}, "config": _known, "want": {{"handler": "runhcs-wcow-process"}}},
		"another": {"spec": {"runtimeClassName": "lin"}, "config": _known, "want": set()},
		"none named": {"spec": {}, "config": _known, "want": set()},
		"null": {"spec": {"runtimeClassName": null}, "config": _known, "want": set()},
		"none configured": {"spec": {"runtimeClassName": "win"}, "config": {}, "want": set()},
		"classes of the wrong type": {
			"spec": {"runtimeClassName": "win"},
			"config": {"runtimeClasses": {"classes": ["win"]}},
			"want": set(),
		},
	}
	got := {class | class := runtime_classes.of_pod} with input as testing.pod(tc.spec) with config as tc.config
	got == tc.want
}

test_of_pod_in_gatekeeper if {
	got := runtime_classes.of_pod with input as {
		"review": {"object": testing.pod({"runtimeClassName": "win"})},
		"parameters": _known,
	}
	got == {"handler": "runhcs-wcow-process"}
}

_synced := {"cluster": {"node.k8s.io/v1": {"RuntimeClass": {
	"win": {"handler": "runc"},
	"cluster": {"handler": "runhcs-wcow-process"},
}}}}

test_of_pod_in_the_inventory[name] if {
	some name, tc in {
		"only in the inventory": {"class": "cluster", "want": {"runhcs-wcow-process"}},
		"in the inventory and configured: the configuration counts": {"class": "win", "want": {"runhcs-wcow-process"}},
		"neither": {"class": "lin", "want": set()},
	}
	got := {class.handler | class := runtime_classes.of_pod} with input as testing.pod({"runtimeClassName": tc.class})
		with config as _known
		with inventory as _synced
	got == tc.want
}

test_judged[name] if {
	class := testing.runtime_class
	some name, tc in {
		"a RuntimeClass": {"input": class, "want": {class}},
		"a removed version": {
			"input": object.union(class, {"apiVersion": "node.k8s.io/v1beta1"}),
			"want": {object.union(class, {"apiVersion": "node.k8s.io/v1beta1"})},
		},
		"another API group": {"input": object.union(class, {"apiVersion": "example.com/v1"}), "want": set()},
		"another kind": {"input": testing.pod({"runtimeClassName": "win"}), "want": set()},
	}
	got := {found | found := runtime_classes.judged} with input as tc.input
	got == tc.want
}

test_complete[name] if {
	some name, tc in {
		"declared": {"config": {"runtimeClasses": {"complete": true}}, "want": {true}},
		"denied": {"config": {"runtimeClasses": {"complete": false}}, "want": set()},
		"of the wrong type": {"config": {"runtimeClasses": {"complete": "yes"}}, "want": set()},
		"absent": {"config": {}, "want": set()},
	}
	got := {true | runtime_classes.complete} with config as tc.config
	got == tc.want
}

test_unknown[name] if {
	some name, tc in {
		"known": {"spec": {"runtimeClassName": "win"}, "want": set()},
		"unknown": {"spec": {"runtimeClassName": "lin"}, "want": {true}},
		"none named": {"spec": {}, "want": set()},
		"null": {"spec": {"runtimeClassName": null}, "want": set()},
		"not a string": {"spec": {"runtimeClassName": 1}, "want": set()},
	}
	got := {true | runtime_classes.unknown} with input as testing.pod(tc.spec) with config as _known
	got == tc.want
}
