package lib.windows.declaration_test

import data.lib.windows.declaration
import data.lib.windows.testing_test as testing

# A PodSpec without a name of its OS that has every sort of field that the API server rejects beside the name.
_spec := object.union(object.remove(testing.windows, ["os"]), {
	"hostPID": true,
	"hostIPC": false,
	"resources": {"limits": {"memory": "1Gi"}},
	"securityContext": {"fsGroup": 0, "seccompProfile": {"type": "RuntimeDefault"}},
	"initContainers": [{"name": "first", "securityContext": {"runAsNonRoot": true, "runAsUser": 1000}}],
	"containers": [{
		"name": "app",
		"securityContext": {"privileged": true},
		"volumeMounts": [
			{"name": "one", "mountPath": `C:\one`, "mountPropagation": "HostToContainer"},
			{"name": "two", "mountPath": `C:\two`, "mountPropagation": "Bidirectional"},
		],
	}],
})

# What stays of it, with the name.
_repaired := object.union(testing.windows, {
	"hostIPC": false,
	"initContainers": [{"name": "first", "securityContext": {"runAsNonRoot": true}}],
	"containers": [{
		"name": "app",
		"volumeMounts": [
			{"name": "one", "mountPath": `C:\one`, "mountPropagation": "HostToContainer"},
			{"name": "two", "mountPath": `C:\two`},
		],
	}],
})

test_operations[name] if {
	some name, tc in {
		"a Pod": {"input": testing.pod(_spec), "prefix": "/spec"},
		"a Deployment": {"input": testing.deployment(_spec), "prefix": "/spec/template/spec"},
	}
	got := declaration.repair with input as tc.input
	got == [object.union(operation, {"path": concat("", [tc.prefix, operation.path])}) |
		some operation in [
			{"op": "test", "path": "/containers/0/securityContext", "value": {"privileged": true}},
			{"op": "remove", "path": "/containers/0/securityContext"},
			{"op": "test", "path": "/containers/0/volumeMounts/1/mountPropagation", "value": "Bidirectional"},
			{"op": "remove", "path": "/containers/0/volumeMounts/1/mountPropagation"},
			{"op": "test", "path": "/hostPID", "value": true},
			{"op": "remove", "path": "/hostPID"},
			{"op": "test", "path": "/initContainers/0/securityContext/runAsUser", "value": 1000},
			{"op": "remove", "path": "/initContainers/0/securityContext/runAsUser"},
			{"op": "test", "path": "/resources", "value": {"limits": {"memory": "1Gi"}}},
			{"op": "remove", "path": "/resources"},
			{
				"op": "test",
				"path": "/securityContext",
				"value": {"fsGroup": 0, "seccompProfile": {"type": "RuntimeDefault"}},
			},
			{"op": "remove", "path": "/securityContext"},
			{"op": "add", "path": "/os", "value": {"name": "windows"}},
		]
	]
}

test_operations_apply[name] if {
	some name, carrier in testing.carriers(_spec)
	got := declaration.repair with input as carrier.object
	json.patch(carrier.object, got) == testing.carriers(_repaired)[name].object
}

test_os[name] if {
	some name, tc in {
		"no os": {"fields": {}, "want": [{"op": "add", "path": "/spec/os", "value": {"name": "windows"}}]},
		"a null os": {
			"fields": {"os": null},
			"want": [
				{"op": "test", "path": "/spec/os", "value": null},
				{"op": "replace", "path": "/spec/os", "value": {"name": "windows"}},
			],
		},
		"an os without a name": {
			"fields": {"os": {}},
			"want": [{"op": "add", "path": "/spec/os/name", "value": "windows"}],
		},
		"an os with an empty name": {
			"fields": {"os": {"name": ""}},
			"want": [
				{"op": "test", "path": "/spec/os/name", "value": ""},
				{"op": "replace", "path": "/spec/os/name", "value": "windows"},
			],
		},
	}
	got := declaration.repair with input as testing.inferred_pod(tc.fields)
	got == tc.want
}

test_gatekeeper_gets_no_operations if {
	got := declaration.repair with input as {"review": {"object": testing.pod(_spec)}}
	got == []
}
