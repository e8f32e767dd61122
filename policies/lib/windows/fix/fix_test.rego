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
	}
	got := fix.remove(tc.path) with input as _pod
	got == [
		{"op": "test", "path": tc.pointer, "value": tc.value},
		{"op": "remove", "path": tc.pointer},
	]
}

test_set[name] if {
	some name, tc in {
		"an absent field is added": {
			"path": "spec.os.name",
			"want": [{"op": "add", "path": "/spec/os/name", "value": "new"}],
		},
		"null is replaced by add": {
			"path": "spec.nodeName",
			"want": [{"op": "add", "path": "/spec/nodeName", "value": "new"}],
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
	}
	got := fix.set(tc.path, "new") with input as _pod
	got == tc.want
}

test_append if {
	fix.append("spec.tolerations", {"key": "os"}) == [{"op": "add", "path": "/spec/tolerations/-", "value": {"key": "os"}}]
}

test_gatekeeper_gets_no_operations if {
	got := [fix.remove("spec.hostPID"), fix.set("spec.hostPID", false), fix.append("spec.tolerations", {})] with input as {"review": {"object": _pod}}
	got == [[], [], []]
}

# Applied to the object, the operations do what their names say, with the paths escaped as RFC 6901 wants.
test_operations_apply[name] if {
	some name, tc in {
		"remove": {"operations": fix.remove("spec.hostUsers"), "path": ["spec", "hostUsers"], "want": "absent"},
		"set": {
			"operations": fix.set("spec.nodeSelector[kubernetes.io/os]", "windows"),
			"path": ["spec", "nodeSelector", "kubernetes.io/os"],
			"want": "windows",
		},
	} with input as _pod
	object.get(json.patch(_pod, tc.operations), tc.path, "absent") == tc.want
}

_pod := object.union(
	testing.pod({
		"containers": [{"name": "app"}],
		"hostPID": true,
		"hostUsers": false,
		"nodeName": null,
		"nodeSelector": {"kubernetes.io/os": "linux"},
	}),
	{"metadata": {"annotations": {"a~b/c": "x"}}},
)
