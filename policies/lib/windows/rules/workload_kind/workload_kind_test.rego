package lib.windows.rules.workload_kind_test

import data.lib.windows.config
import data.lib.windows.rules.workload_kind
import data.lib.windows.testing_test as testing

# PodTemplate is the only kind with a pod that is not documented.
test_kinds[name] if {
	some name, carrier in testing.carriers(testing.windows)
	got := workload_kind.finding with input as carrier.object
	got == {_warned({}) | carrier.object.kind == "PodTemplate"}
}

test_custom_resources[name] if {
	some name, tc in {
		"with a pod": {"spec": {"template": {"spec": testing.windows}}, "want": {_warned({})}},
		"a node pool": {"spec": {"template": {"spec": {"os": {"name": "windows"}}}}, "want": set()},
	}
	got := workload_kind.finding with input as _rollout(tc.spec)
	got == tc.want
}

test_supported_kinds[name] if {
	some name, tc in {
		"a list with this kind": {"kinds": ["Rollout"], "want": set()},
		"a list without this kind": {"kinds": ["Pod"], "want": {_warned({})}},
		"an empty list": {"kinds": [], "want": {_warned({})}},
		"the wrong type keeps the default": {"kinds": "Rollout", "want": {_warned({})}},
	}
	got := workload_kind.finding with input as _rollout({"template": {"spec": testing.windows}})
		with config as {"rules": {"workload-kind": {"parameters": {"supportedKinds": tc.kinds}}}}
	got == tc.want
}

test_inferred if {
	got := workload_kind.finding with input as _rollout({"template": {"spec": object.remove(testing.windows, ["os"])}})
	got == {_warned({"because": "nodeSelector kubernetes.io/os is windows"})}
}

test_silent[name] if {
	some name, manifest in {
		"a Service": {"apiVersion": "v1", "kind": "Service", "spec": {}},
		"a kind that is not a string": {"apiVersion": "v1", "kind": 5, "spec": {"template": {"spec": testing.windows}}},
		"a PodTemplate without a pod": {"apiVersion": "v1", "kind": "PodTemplate"},
		"null": null,
	}
	got := workload_kind.finding with input as manifest
	got == set()
}

_rollout(spec) := {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "spec": spec}

_warned(more) := testing.switched_off(testing.expected(
	"warn",
	"workload-kind",
	{
		"field": "kind",
		"says": "This kind is not documented to run Windows pods, so it can fail. Use a documented kind.",
	},
	object.union({"enforcedBy": "advice"}, more),
))
