package lib.windows.field_test

import data.lib.windows.field

test_segments[path] if {
	some path, want in {
		"": [],
		"spec": ["spec"],
		"spec.containers[0].name": ["spec", "containers", 0, "name"],
		"spec.containers[10].volumeMounts[2]": ["spec", "containers", 10, "volumeMounts", 2],
		"metadata.labels[kubernetes.io/os]": ["metadata", "labels", "kubernetes.io/os"],
		"metadata.labels[a.b/c].d": ["metadata", "labels", "a.b/c", "d"],
		"metadata.labels[1st]": ["metadata", "labels", "1st"],
		"metadata.labels[1e3]": ["metadata", "labels", "1e3"],
		"metadata.labels[]": ["metadata", "labels", ""],
	}
	field.segments(path) == want
}

test_pointer[path] if {
	some path, want in {
		"": "",
		"spec.containers[10].name": "/spec/containers/10/name",
		"spec.nodeSelector[kubernetes.io/os]": "/spec/nodeSelector/kubernetes.io~1os",
		"metadata.annotations[a~b/c]": "/metadata/annotations/a~0b~1c",
		"metadata.annotations[~1]": "/metadata/annotations/~01",
	}
	field.pointer(path) == want
}

test_value[name] if {
	manifest := {"spec": {"containers": [{"name": "app"}], "hostUsers": false, "os": null}, "labels": {"a.b/c": 1}}
	some name, tc in {
		"of an item of a list": {"path": "spec.containers[0].name", "want": "app"},
		"that is false": {"path": "spec.hostUsers", "want": false},
		"of a key with dots": {"path": "labels[a.b/c]", "want": 1},
		"absent": {"path": "spec.hostPID", "want": null},
		"beyond the end of a list": {"path": "spec.containers[1].name", "want": null},
		"below null": {"path": "spec.os.name", "want": null},
		"below a scalar": {"path": "spec.hostUsers.name", "want": null},
		"of the root": {"path": "", "want": manifest},
	}
	field.value(manifest, tc.path) == tc.want
}
