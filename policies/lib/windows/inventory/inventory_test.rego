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

_storage(kind, name) := {"kind": kind, "metadata": {"name": name}}

_storage_run := {
	"PersistentVolumeClaim": [
		object.union(_storage("PersistentVolumeClaim", "data"), {"metadata": {"namespace": "shop"}}),
		_storage("PersistentVolumeClaim", "data"),
	],
	"PersistentVolume": [
		_claimed,
		object.union(_storage("PersistentVolume", "here"), {"spec": {"claimRef": {"name": "data"}}}),
		object.union(_storage("PersistentVolume", "free"), {"metadata": {"namespace": "shop"}, "spec": {"storageClassName": "slow"}}),
		object.union(_storage("PersistentVolume", "classless"), {"spec": {}}),
		{"kind": "PersistentVolume"},
		object.union(_storage("PersistentVolume", "there"), {"spec": {"claimRef": {"name": "data"}}}),
	],
	"StorageClass": [
		object.union(_storage("StorageClass", "twice"), {"provisioner": "a"}),
		object.union(_storage("StorageClass", "twice"), {"provisioner": "b"}),
		_default_class("fast", "true"), _default_class("slow", "false"), _storage("StorageClass", "plain"),
	],
}

_claimed := object.union(_storage("PersistentVolume", "claimed"), {"spec": {"claimRef": {"namespace": "shop", "name": "data"}}})

_default_class(name, value) := object.union(_storage("StorageClass", name), {"metadata": {"annotations": {
	"storageclass.kubernetes.io/is-default-class": value,
}}})

_storage_synced := {
	"cluster": {
		"v1": {"PersistentVolume": {"claimed": _claimed, "free": object.union(_storage("PersistentVolume", "free"), {"spec": {}})}},
		"storage.k8s.io/v1": {"StorageClass": {"fast": _default_class("fast", "true")}},
	},
	"namespace": {"shop": {"v1": {"PersistentVolumeClaim": {"data": _storage("PersistentVolumeClaim", "data")}}}},
}

test_storage_of_a_run[name] if {
	some name, tc in {
		"a claim": {"got": {claim | claim := known.claim("shop", "data")}, "want": {_storage_run.PersistentVolumeClaim[0]}},
		"a claim without namespace": {"got": {claim | claim := known.claim("", "data")}, "want": {_storage_run.PersistentVolumeClaim[1]}},
		"an unknown claim": {"got": {claim | claim := known.claim("shop", "other")}, "want": set()},
		"a volume": {"got": {volume | volume := known.volume("free")}, "want": {_storage_run.PersistentVolume[2]}},
		"the volume of a claim": {
			"got": {volume | volume := known.volume_of_claim("shop", "data")},
			"want": {_storage_run.PersistentVolume[0]},
		},
		"two volumes of a claim": {"got": {volume | volume := known.volume_of_claim("", "data")}, "want": set()},
		"volumes of a class": {"got": known.unclaimed_volumes.slow, "want": {_storage_run.PersistentVolume[2]}},
		"volumes without a class": {"got": known.unclaimed_volumes[""], "want": {_storage_run.PersistentVolume[3]}},
		"a class": {"got": {class | class := known.storage_class("plain")}, "want": {_storage("StorageClass", "plain")}},
		"two classes with one name": {"got": {class | class := known.storage_class("twice")}, "want": set()},
		"the default class": {"got": {class | class := known.default_storage_class}, "want": {_default_class("fast", "true")}},
		"any class": {"got": {true | known.knows_storage_classes}, "want": {true}},
	} with run as _storage_run
	tc.got == tc.want
}

test_two_default_classes if {
	got := {class | class := known.default_storage_class} with run as {"StorageClass": [
		_default_class("fast", "true"),
		_default_class("slow", "true"),
	]}
	got == set()
}

test_storage_of_gatekeeper[name] if {
	some name, tc in {
		"a claim": {"got": {claim | claim := known.claim("shop", "data")}, "want": {_storage("PersistentVolumeClaim", "data")}},
		"a claim of another namespace": {"got": {claim | claim := known.claim("other", "data")}, "want": set()},
		"a volume": {"got": {volume | volume := known.volume("claimed")}, "want": {_claimed}},
		"the volume of a claim": {"got": {volume | volume := known.volume_of_claim("shop", "data")}, "want": {_claimed}},
		"volumes without a class": {"got": count(known.unclaimed_volumes[""]), "want": 1},
		"a class": {"got": {class | class := known.storage_class("fast")}, "want": {_default_class("fast", "true")}},
		"the default class": {"got": {class | class := known.default_storage_class}, "want": {_default_class("fast", "true")}},
		"any class": {"got": {true | known.knows_storage_classes}, "want": {true}},
	} with inventory as _storage_synced
	tc.got == tc.want
}
