package lib.windows.fix_test

import data.lib.windows.fix
import data.lib.windows.testing_test as testing

test_remove[name] if {
	some name, tc in {
		"the test guards the value": {"path": "spec.hostPID", "pointer": "/spec/hostPID", "value": true},
		"the test guards the value false": {"path": "spec.hostUsers", "pointer": "/spec/hostUsers", "value": false},
		"a path into a list": {
			"path": "spec.containers[0].name",
			"pointer": "/spec/containers/0/name",
			"value": "app",
		},
		"slashes and tildes are escaped": {
			"path": "metadata.annotations[a~b/c]",
			"pointer": "/metadata/annotations/a~0b~1c",
			"value": "x",
		},
		"a parent goes with its last field": {
			"path": "spec.securityContext.fsGroup",
			"pointer": "/spec/securityContext",
			"value": {"fsGroup": 0},
		},
		"two parents go with their last field": {
			"path": "spec.containers[0].securityContext.windowsOptions.runAsUserName",
			"pointer": "/spec/containers/0/securityContext",
			"value": {"windowsOptions": {"runAsUserName": "x"}},
		},
		"the upper parent has another field and stays": {
			"path": "spec.containers[1].securityContext.windowsOptions.runAsUserName",
			"pointer": "/spec/containers/1/securityContext/windowsOptions",
			"value": {"runAsUserName": "x"},
		},
		"a parent with another field stays": {
			"path": "spec.containers[0].lifecycle.stopSignal",
			"pointer": "/spec/containers/0/lifecycle/stopSignal",
			"value": "SIGHUP",
		},
		"a parent with another field that is null stays": {
			"path": "spec.containers[1].lifecycle.stopSignal",
			"pointer": "/spec/containers/1/lifecycle/stopSignal",
			"value": "SIGHUP",
		},
		"an emptyDir stays without fields": {
			"path": "spec.volumes[0].emptyDir.medium",
			"pointer": "/spec/volumes/0/emptyDir/medium",
			"value": "Memory",
		},
		"a parent at the top goes with its last field": {
			"input": {"kind": "KubeletConfiguration", "featureGates": {"WinDSR": false}},
			"path": "featureGates.WinDSR",
			"pointer": "/featureGates",
			"value": {"WinDSR": false},
		},
		"a parent at the top with another field stays": {
			"input": {"kind": "KubeletConfiguration", "featureGates": {"MemoryManager": true, "WinDSR": false}},
			"path": "featureGates.WinDSR",
			"pointer": "/featureGates/WinDSR",
			"value": false,
		},
		"a field at the top": {
			"input": {"kind": "KubeletConfiguration", "featureGates": {}},
			"path": "featureGates",
			"pointer": "/featureGates",
			"value": {},
		},
	}
	got := fix.remove(tc.path) with input as object.get(tc, "input", _pod)
	got == _removed(tc.pointer, tc.value)
}

test_remove_all[name] if {
	some name, tc in {
		"nothing": {"paths": set(), "want": []},
		"one field": {"paths": {"spec.hostPID"}, "want": _removed("/spec/hostPID", true)},
		"fields in the order of their paths": {
			"paths": {"spec.hostUsers", "spec.containers[0].name", "spec.hostPID"},
			"want": [
				{"op": "test", "path": "/spec/containers/0/name", "value": "app"},
				{"op": "remove", "path": "/spec/containers/0/name"},
				{"op": "test", "path": "/spec/hostPID", "value": true},
				{"op": "remove", "path": "/spec/hostPID"},
				{"op": "test", "path": "/spec/hostUsers", "value": false},
				{"op": "remove", "path": "/spec/hostUsers"},
			],
		},
		"two fields that together empty their parent": {
			"paths": {"spec.containers[2].securityContext.privileged", "spec.containers[2].securityContext.runAsUser"},
			"want": _removed("/spec/containers/2/securityContext", {"privileged": true, "runAsUser": 0}),
		},
		"two of three fields": {
			"paths": {"metadata.annotations[a~b/c]", "metadata.annotations[d]"},
			"want": array.concat(
				_removed("/metadata/annotations/a~0b~1c", "x"),
				_removed("/metadata/annotations/d", "y"),
			),
		},
		"fields of two parents that together empty theirs": {
			"paths": {
				"spec.containers[0].resources.limits[hugepages-2Mi]",
				"spec.containers[0].resources.requests[hugepages-2Mi]",
			},
			"want": _removed(
				"/spec/containers/0/resources",
				{"limits": {"hugepages-2Mi": "4Mi"}, "requests": {"hugepages-2Mi": "4Mi"}},
			),
		},
		"a field beside the last field of another parent": {
			"paths": {
				"spec.containers[1].resources.limits[hugepages-2Mi]",
				"spec.containers[1].resources.requests[hugepages-2Mi]",
			},
			"want": array.concat(
				_removed("/spec/containers/1/resources/limits/hugepages-2Mi", "4Mi"),
				_removed("/spec/containers/1/resources/requests", {"hugepages-2Mi": "4Mi"}),
			),
		},
		"a parent beside a field of it": {
			"paths": {"spec.containers[0].lifecycle", "spec.containers[0].lifecycle.stopSignal"},
			"want": _removed("/spec/containers/0/lifecycle", {"preStop": {}, "stopSignal": "SIGHUP"}),
		},
	}
	got := fix.remove_all(tc.paths) with input as _pod
	got == tc.want
}

test_set[name] if {
	some name, tc in {
		"a missing field is added": {
			"path": "spec.priority",
			"want": [{"op": "add", "path": "/spec/priority", "value": "new"}],
		},
		"a missing key is added to its map": {
			"path": "spec.nodeSelector[kubernetes.io/arch]",
			"want": [{"op": "add", "path": "/spec/nodeSelector/kubernetes.io~1arch", "value": "new"}],
		},
		"a missing parent is added whole": {
			"path": "spec.os.name",
			"want": [{"op": "add", "path": "/spec/os", "value": {"name": "new"}}],
		},
		"several missing parents are added whole": {
			"path": "spec.template.metadata.labels[a~b/c]",
			"want": [{"op": "add", "path": "/spec/template", "value": {"metadata": {"labels": {"a~b/c": "new"}}}}],
		},
		"a missing parent is added to an item of a list": {
			"path": "spec.containers[2].lifecycle.stopSignal",
			"want": [{"op": "add", "path": "/spec/containers/2/lifecycle", "value": {"stopSignal": "new"}}],
		},
		"an empty parent stays": {
			"path": "spec.volumes[1].emptyDir.medium",
			"want": [{"op": "add", "path": "/spec/volumes/1/emptyDir/medium", "value": "new"}],
		},
		"null is replaced, guarded": {
			"path": "spec.nodeName",
			"want": [
				{"op": "test", "path": "/spec/nodeName", "value": null},
				{"op": "replace", "path": "/spec/nodeName", "value": "new"},
			],
		},
		"a null parent is replaced, guarded": {
			"path": "spec.dnsConfig.nameservers",
			"want": [
				{"op": "test", "path": "/spec/dnsConfig", "value": null},
				{"op": "replace", "path": "/spec/dnsConfig", "value": {"nameservers": "new"}},
			],
		},
		"a null parent above a missing one is replaced, guarded": {
			"path": "spec.dnsConfig.options.name",
			"want": [
				{"op": "test", "path": "/spec/dnsConfig", "value": null},
				{"op": "replace", "path": "/spec/dnsConfig", "value": {"options": {"name": "new"}}},
			],
		},
		"a value is replaced, guarded": {
			"path": "spec.nodeSelector[kubernetes.io/os]",
			"want": [
				{"op": "test", "path": "/spec/nodeSelector/kubernetes.io~1os", "value": "linux"},
				{"op": "replace", "path": "/spec/nodeSelector/kubernetes.io~1os", "value": "new"},
			],
		},
		"false is replaced, guarded": {
			"path": "spec.hostUsers",
			"want": [
				{"op": "test", "path": "/spec/hostUsers", "value": false},
				{"op": "replace", "path": "/spec/hostUsers", "value": "new"},
			],
		},
		"an item of a list is replaced, guarded": {
			"path": "spec.tolerations[0]",
			"want": [
				{"op": "test", "path": "/spec/tolerations/0", "value": {"key": "a"}},
				{"op": "replace", "path": "/spec/tolerations/0", "value": "new"},
			],
		},
		"a missing field at the top is added": {
			"path": "status",
			"want": [{"op": "add", "path": "/status", "value": "new"}],
		},
	}
	got := fix.set(tc.path, "new") with input as _pod
	got == tc.want
}

test_append[name] if {
	some name, tc in {
		"to a missing list": {
			"path": "spec.hostAliases",
			"want": [{"op": "add", "path": "/spec/hostAliases", "value": [{"key": "os"}]}],
		},
		"to a list whose parent is missing": {
			"path": "scheduling.tolerations",
			"want": [{"op": "add", "path": "/scheduling", "value": {"tolerations": [{"key": "os"}]}}],
		},
		"to null": {
			"path": "spec.resourceClaims",
			"want": [
				{"op": "test", "path": "/spec/resourceClaims", "value": null},
				{"op": "replace", "path": "/spec/resourceClaims", "value": [{"key": "os"}]},
			],
		},
		"to a list": {
			"path": "spec.tolerations",
			"want": [
				{"op": "test", "path": "/spec/tolerations", "value": [{"key": "a"}]},
				{"op": "add", "path": "/spec/tolerations/-", "value": {"key": "os"}},
			],
		},
		"to a value that is not a list": {"path": "spec.hostPID", "want": []},
		"to an empty list": {
			"path": "spec.imagePullSecrets",
			"want": [
				{"op": "test", "path": "/spec/imagePullSecrets", "value": []},
				{"op": "add", "path": "/spec/imagePullSecrets/-", "value": {"key": "os"}},
			],
		},
	}
	got := fix.append(tc.path, {"key": "os"}) with input as _pod
	got == tc.want
}

test_rename[name] if {
	some name, tc in {
		"to a missing key": {
			"path": "spec.nodeSelector[kubernetes.io/os]",
			"to": "spec.nodeSelector[a~b]",
			"want": [
				{"op": "test", "path": "/spec/nodeSelector/kubernetes.io~1os", "value": "linux"},
				{"op": "move", "from": "/spec/nodeSelector/kubernetes.io~1os", "path": "/spec/nodeSelector/a~0b"},
			],
		},
		"to a key that is null": {
			"path": "spec.hostPID",
			"to": "spec.nodeName",
			"want": [
				{"op": "test", "path": "/spec/nodeName", "value": null},
				{"op": "remove", "path": "/spec/nodeName"},
				{"op": "test", "path": "/spec/hostPID", "value": true},
				{"op": "move", "from": "/spec/hostPID", "path": "/spec/nodeName"},
			],
		},
		"of the value false": {
			"path": "spec.hostUsers",
			"to": "spec.hostIPC",
			"want": [
				{"op": "test", "path": "/spec/hostUsers", "value": false},
				{"op": "move", "from": "/spec/hostUsers", "path": "/spec/hostIPC"},
			],
		},
		"of the only key of a map": {
			"path": "spec.securityContext.fsGroup",
			"to": "spec.securityContext.runAsGroup",
			"want": [
				{"op": "test", "path": "/spec/securityContext/fsGroup", "value": 0},
				{"op": "move", "from": "/spec/securityContext/fsGroup", "path": "/spec/securityContext/runAsGroup"},
			],
		},
		"in an item of a list": {
			"path": "spec.tolerations[0].key",
			"to": "spec.tolerations[0].value",
			"want": [
				{"op": "test", "path": "/spec/tolerations/0/key", "value": "a"},
				{"op": "move", "from": "/spec/tolerations/0/key", "path": "/spec/tolerations/0/value"},
			],
		},
	}
	got := fix.rename(tc.path, tc.to) with input as _pod
	got == tc.want
}

test_gatekeeper_gets_no_operations if {
	got := {
		"remove": fix.remove("spec.hostPID"),
		"remove_all": fix.remove_all({"spec.hostPID", "spec.hostUsers"}),
		"set": fix.set("spec.hostPID", false),
		"set a missing field": fix.set("spec.os.name", "windows"),
		"append": fix.append("spec.tolerations", {}),
		"append to a missing list": fix.append("spec.hostAliases", {}),
		"rename": fix.rename("spec.hostPID", "spec.hostIPC"),
		"rename to a key that is null": fix.rename("spec.hostPID", "spec.nodeName"),
	} with input as {"review": {"object": _pod}}
	{name | some name, operations in got; operations == []} == object.keys(got)
	count(got) == 8
}

# Applied to the object, the operations do what their names say, with the paths escaped as RFC 6901 wants.
test_operations_apply[name] if {
	some name, tc in {
		"remove": {"operations": fix.remove("spec.hostUsers"), "path": ["spec", "hostUsers"], "want": "absent"},
		"remove the last field": {
			"operations": fix.remove("spec.containers[0].securityContext.windowsOptions.runAsUserName"),
			"path": ["spec", "containers", 0, "securityContext"],
			"want": "absent",
		},
		"remove a field of an emptyDir": {
			"operations": fix.remove("spec.volumes[0].emptyDir.medium"),
			"path": ["spec", "volumes", 0],
			"want": {"name": "first", "emptyDir": {}},
		},
		"remove all": {
			"operations": fix.remove_all({
				"spec.containers[1].name",
				"spec.containers[1].resources.limits[hugepages-2Mi]",
				"spec.containers[1].resources.requests[hugepages-2Mi]",
				"spec.containers[1].securityContext.windowsOptions.runAsUserName",
			}),
			"path": ["spec", "containers", 1],
			"want": {
				"lifecycle": {"preStop": null, "stopSignal": "SIGHUP"},
				"resources": {"limits": {"memory": "1Gi"}},
				"securityContext": {"runAsNonRoot": true},
			},
		},
		"set": {
			"operations": fix.set("spec.nodeSelector[kubernetes.io/os]", "windows"),
			"path": ["spec", "nodeSelector", "kubernetes.io/os"],
			"want": "windows",
		},
		"set below missing parents": {
			"operations": fix.set("spec.template.metadata.labels[a~b/c]", "x"),
			"path": ["spec", "template"],
			"want": {"metadata": {"labels": {"a~b/c": "x"}}},
		},
		"set below a null parent": {
			"operations": fix.set("spec.dnsConfig.options.name", "x"),
			"path": ["spec", "dnsConfig"],
			"want": {"options": {"name": "x"}},
		},
		"set null": {"operations": fix.set("spec.nodeName", "x"), "path": ["spec", "nodeName"], "want": "x"},
		"append": {
			"operations": fix.append("spec.tolerations", {"key": "b"}),
			"path": ["spec", "tolerations"],
			"want": [{"key": "a"}, {"key": "b"}],
		},
		"append to an empty list": {
			"operations": fix.append("spec.imagePullSecrets", {"name": "a"}),
			"path": ["spec", "imagePullSecrets"],
			"want": [{"name": "a"}],
		},
		"append to a missing list": {
			"operations": fix.append("spec.hostAliases", {"ip": "10.0.0.1"}),
			"path": ["spec", "hostAliases"],
			"want": [{"ip": "10.0.0.1"}],
		},
		"append to null": {
			"operations": fix.append("spec.resourceClaims", {"name": "a"}),
			"path": ["spec", "resourceClaims"],
			"want": [{"name": "a"}],
		},
		"rename": {
			"operations": fix.rename("metadata.annotations[a~b/c]", "metadata.annotations[c/b~a]"),
			"path": ["metadata", "annotations"],
			"want": {"c/b~a": "x", "d": "y", "e": "z"},
		},
		"rename to a key that is null": {
			"operations": fix.rename("spec.containers[1].lifecycle.stopSignal", "spec.containers[1].lifecycle.preStop"),
			"path": ["spec", "containers", 1, "lifecycle"],
			"want": {"preStop": "SIGHUP"},
		},
	} with input as _pod
	object.get(json.patch(_pod, tc.operations), tc.path, "absent") == tc.want
}

_removed(pointer, value) := [
	{"op": "test", "path": pointer, "value": value},
	{"op": "remove", "path": pointer},
]

_pod := object.union(
	testing.pod({
		"containers": [
			{
				"name": "app",
				"lifecycle": {"preStop": {}, "stopSignal": "SIGHUP"},
				"resources": {"limits": {"hugepages-2Mi": "4Mi"}, "requests": {"hugepages-2Mi": "4Mi"}},
				"securityContext": {"windowsOptions": {"runAsUserName": "x"}},
			},
			{
				"name": "second",
				"lifecycle": {"preStop": null, "stopSignal": "SIGHUP"},
				"resources": {"limits": {"hugepages-2Mi": "4Mi", "memory": "1Gi"}, "requests": {"hugepages-2Mi": "4Mi"}},
				"securityContext": {"runAsNonRoot": true, "windowsOptions": {"runAsUserName": "x"}},
			},
			{"name": "third", "securityContext": {"privileged": true, "runAsUser": 0}},
		],
		"dnsConfig": null,
		"hostPID": true,
		"hostUsers": false,
		"imagePullSecrets": [],
		"nodeName": null,
		"nodeSelector": {"kubernetes.io/os": "linux"},
		"resourceClaims": null,
		"securityContext": {"fsGroup": 0},
		"tolerations": [{"key": "a"}],
		"volumes": [{"name": "first", "emptyDir": {"medium": "Memory"}}, {"name": "second", "emptyDir": {}}],
	}),
	{"metadata": {"annotations": {"a~b/c": "x", "d": "y", "e": "z"}}},
)
