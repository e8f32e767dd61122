package lib.windows.placed_otherwise_test

import data.lib.windows.config
import data.lib.windows.placed_otherwise
import data.lib.windows.testing_test as testing

_needing(part, resources) := {"initContainers": [{"name": "app", "resources": {part: resources}}]}

_spreading(key, action) := {"topologySpreadConstraints": [{"topologyKey": key, "whenUnsatisfiable": action}]}

test_by[name] if {
	some name, tc in {
		"pod affinity": {
			"spec": {"affinity": {"podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "x"}]}}},
			"want": {"required pod affinity"},
		},
		"preferred pod affinity": {
			"spec": {"affinity": {"podAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1}]}}},
			"want": set(),
		},
		"pod anti-affinity": {
			"spec": {"affinity": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "x"}]}}},
			"want": set(),
		},
		"a resource claim": {"spec": {"resourceClaims": [{"name": "gpu"}]}, "want": {"a resource claim"}},
		"no resource claim": {"spec": {"resourceClaims": []}, "want": set()},
		"a device": {"spec": _needing("limits", {"microsoft.com/directx": "1"}), "want": {"an extended resource"}},
		"a device as a number": {"spec": _needing("requests", {"example.com/card": 2}), "want": {"an extended resource"}},
		"no device": {"spec": _needing("limits", {"microsoft.com/directx": "0"}), "want": set()},
		"resources of Kubernetes": {
			"spec": _needing("limits", {"cpu": "1", "hugepages-2Mi": "2Mi", "example.kubernetes.io/card": "1"}),
			"want": set(),
		},
		"a volume claim": {
			"spec": {"volumes": [{"name": "a", "persistentVolumeClaim": {"claimName": "data"}}]},
			"want": {"a volume claim"},
		},
		"an ephemeral volume": {"spec": {"volumes": [{"name": "a", "ephemeral": {}}]}, "want": {"a volume claim"}},
		"another volume": {"spec": {"volumes": [{"name": "a", "emptyDir": {}}]}, "want": set()},
		"topology spread": {"spec": _spreading("pool", "DoNotSchedule"), "want": {"topology spread"}},
		"topology spread over zones": {"spec": _spreading("topology.kubernetes.io/zone", "DoNotSchedule"), "want": set()},
		"topology spread at best": {"spec": _spreading("pool", "ScheduleAnyway"), "want": set()},
		"a scheduling gate": {"spec": {"schedulingGates": [{"name": "example.com/gate"}]}, "want": {"a scheduling gate"}},
		"another scheduler": {"spec": {"schedulerName": "batch"}, "want": {"another scheduler"}},
		"the default scheduler": {"spec": {"schedulerName": "default-scheduler"}, "want": set()},
		"nothing": {"spec": {}, "want": set()},
	}
	got := {by | by := placed_otherwise.by} with input as testing.pod(tc.spec)
	got == tc.want
}

_term(key, operator) := {"matchExpressions": [{"key": key, "operator": operator, "values": ["a"]}]}

test_pooled[name] if {
	some name, tc in {
		"a label": {"spec": {"nodeSelector": {"pool": "win"}}, "want": {true}},
		"the architecture": {"spec": {"nodeSelector": {"kubernetes.io/arch": "amd64"}}, "want": set()},
		"the control plane": {"spec": {"nodeSelector": {"node-role.kubernetes.io/control-plane": ""}}, "want": set()},
		"a zone": {"spec": {"nodeSelector": {"topology.kubernetes.io/zone": "a"}}, "want": set()},
		"an OS label": {"spec": {"nodeSelector": {"kubernetes.io/os": "win"}}, "want": set()},
		"a provider's label for another OS": {"spec": {"nodeSelector": {"kubernetes.azure.com/os-sku": "Ubuntu"}}, "want": set()},
		"a RuntimeClass": {"spec": {"runtimeClassName": "pool"}, "want": {true}},
		"a RuntimeClass for an architecture": {"spec": {"runtimeClassName": "arch"}, "want": set()},
		"affinity": {"spec": testing.required_affinity([_term("pool", "In")]), "want": {true}},
		"affinity for a node": {
			"spec": testing.required_affinity([{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["a"]}]}]),
			"want": {true},
		},
		"affinity in each term": {
			"spec": testing.required_affinity([_term("pool", "Exists"), _term("disk", "In")]),
			"want": {true},
		},
		"affinity in one term of two": {
			"spec": testing.required_affinity([_term("pool", "In"), _term("kubernetes.io/arch", "In")]),
			"want": set(),
		},
		"affinity that excludes a pool": {"spec": testing.required_affinity([_term("pool", "NotIn")]), "want": set()},
		"nothing": {"spec": {}, "want": set()},
	}
	got := {true | placed_otherwise.pooled} with input as testing.pod(tc.spec)
		with config as {"runtimeClasses": {"classes": {
			"pool": {"scheduling": {"nodeSelector": {"pool": "win"}}},
			"arch": {"scheduling": {"nodeSelector": {"kubernetes.io/arch": "amd64"}}},
		}}}
	got == tc.want
}
