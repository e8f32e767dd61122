package lib.windows.inventory_test

import data.inventory
import data.lib.windows.inventory as known
import data.lib.windows.run
import data.lib.windows.testing_test as testing

_class := {"handler": "runhcs-wcow-process", "metadata": {"name": "win"}}

_node := {"kind": "Node", "metadata": {"name": "node-1"}}

_pod := testing.windows_pod({})

_nameless := object.remove(_pod, ["metadata"])

_synced := {
	"cluster": {"node.k8s.io/v1": {"RuntimeClass": {"win": _class}}, "v1": {"Node": {"node-1": _node}}},
	"namespace": {
		"shop": {"v1": {"Pod": {"web": _pod}, "Secret": {"web": {"kind": "Secret"}}}, "apps/v1": {"Deployment": {"web": {"a": 1}}}},
		"other": {"apps/v1": {"Deployment": {"web": {"b": 2}}}},
	},
}

test_inventory[name] if {
	some name, tc in {
		"nothing": {"inventory": {}, "run": {}, "want": {"nodes": set(), "workloads": {}, "classes": set()}},
		"of Gatekeeper": {
			"inventory": _synced,
			"run": {},
			"want": {
				"nodes": {_node},
				"workloads": {"shop": {_pod, {"a": 1}}, "other": {{"b": 2}}},
				"classes": {"win"},
			},
		},
		"of a run": {
			"inventory": {},
			"run": {
				"Node": [_node, _node],
				"Pod": [_pod, _nameless, object.union(_pod, {"metadata": {"namespace": 1}})],
				"Secret": [{"kind": "Secret"}],
			},
			"want": {
				"nodes": {_node},
				"workloads": {"shop": {_pod}, "": {_nameless, object.union(_pod, {"metadata": {"namespace": 1}})}},
				"classes": set(),
			},
		},
		"of both": {
			"inventory": _synced,
			"run": {"Pod": [object.union(_pod, {"metadata": {"name": "second"}})]},
			"want": {
				"nodes": {_node},
				"workloads": {
					"shop": {_pod, {"a": 1}, object.union(_pod, {"metadata": {"name": "second"}})},
					"other": {{"b": 2}},
				},
				"classes": {"win"},
			},
		},
	}
	got := {
		"nodes": known.nodes,
		"workloads": known.workloads,
		"classes": {class | some class in object.keys(known.runtime_classes)},
	} with inventory as tc.inventory with run as tc.run
	got == tc.want
}
