package lib.windows.rules.linux_volume_test

import data.lib.windows.rules.linux_volume
import data.lib.windows.testing_test as testing

_cannot := "The kubelet on Windows cannot mount this volume, so the pod never starts. Use SMB or a CSI driver."

_image := "No runtime on Windows mounts an image as a volume, so the pod does not start. Copy the files into the image."

_recursive := "No Windows runtime can do this, so the container does not start. Use IfPossible."

_options := "Windows ignores these, and the scheduler avoids nodes that lack them. Remove the field."

_mode := "Windows has no file modes, so it ignores this one and protects nothing. Remove the field."

_user := "Files on Windows have no numeric owner, so this has no effect. Remove the field."

_folder_mode := "Windows has no file modes, so this has no effect. Remove the field."

_sub_path := "The documentation says that Windows does not support this. The kubelet does. Test the mount."

test_types[type] if {
	some type in [
		"cephfs", "fc", "flocker", "glusterfs", "iscsi", "nfs", "photonPersistentDisk", "quobyte", "rbd", "scaleIO",
		"storageos",
	]
	got := linux_volume.finding with input as testing.windows_pod({"volumes": [
		{"name": "first", "emptyDir": {}},
		{"name": "second", type: {}},
		{"name": "third", type: null},
	]})
	got == {_found("deny", sprintf("spec.volumes[1].%s", [type]), _cannot, {"enforcedBy": "kubelet"})}
}

test_types_that_windows_mounts[type] if {
	some type in [
		"awsElasticBlockStore", "azureDisk", "azureFile", "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral",
		"flexVolume", "gcePersistentDisk", "hostPath", "persistentVolumeClaim", "projected", "secret",
		"vsphereVolume", "unheardOf",
	]
	got := linux_volume.finding with input as testing.windows_pod({"volumes": [{"name": "first", type: {}}]})
	got == set()
}

test_image[name] if {
	some name, tc in {
		"an image": {"volume": {"image": {"reference": "example.com/model:1"}}, "found": true},
		"an image without a reference": {"volume": {"image": {}}, "found": true},
		"null": {"volume": {"image": null}, "found": false},
	}
	got := linux_volume.finding with input as testing.windows_pod({"volumes": [{"emptyDir": {}}, tc.volume]})
	got == {_found("warn", "spec.volumes[1].image", _image, {"enforcedBy": "runtime"}) | tc.found}
}

test_users[name] if {
	items := {"items": [{"key": "a", "path": "a"}, {"key": "b", "path": "b", "user": 1000}]}
	some name, tc in {
		"the default user of a Secret": {
			"volume": {"secret": {"defaultUser": 0}},
			"want": {_noted("spec.volumes[1].secret.defaultUser", 0)},
		},
		"the default user of a ConfigMap": {
			"volume": {"configMap": {"defaultUser": 1000}},
			"want": {_noted("spec.volumes[1].configMap.defaultUser", 1000)},
		},
		"the default user of a projected volume": {
			"volume": {"projected": {"defaultUser": 1000}},
			"want": {_noted("spec.volumes[1].projected.defaultUser", 1000)},
		},
		"the default user of the downward API": {
			"volume": {"downwardAPI": {"defaultUser": 1000}},
			"want": {_noted("spec.volumes[1].downwardAPI.defaultUser", 1000)},
		},
		"items": {
			"volume": {"secret": items},
			"want": {_noted("spec.volumes[1].secret.items[1].user", 1000)},
		},
		"projected sources": {
			"volume": {"projected": {"sources": [
				{"configMap": items},
				{"serviceAccountToken": {"path": "token", "user": 1000}},
				{"clusterTrustBundle": {"path": "ca", "user": 1000}},
				{"podCertificate": {"keyPath": "key", "user": 1000}},
			]}},
			"want": {
				_noted("spec.volumes[1].projected.sources[0].configMap.items[1].user", 1000),
				_noted("spec.volumes[1].projected.sources[1].serviceAccountToken.user", 1000),
				_noted("spec.volumes[1].projected.sources[2].clusterTrustBundle.user", 1000),
				_noted("spec.volumes[1].projected.sources[3].podCertificate.user", 1000),
			},
		},
		"a user and a mode": {
			"volume": {"secret": {"defaultMode": 256, "defaultUser": 1000}},
			"want": {
				_ignored("spec.volumes[1].secret.defaultMode", 256),
				_noted("spec.volumes[1].secret.defaultUser", 1000),
			},
		},
		"the mode of a folder": {
			"volume": {"emptyDir": {"mode": 511}},
			"want": {_found("note", "spec.volumes[1].emptyDir.mode", _folder_mode, {
				"enforcedBy": "advice",
				"fix": _removal("spec.volumes[1].emptyDir.mode", 511),
			})},
		},
		"null": {
			"volume": {"secret": {"defaultUser": null, "items": [{"user": null}]}, "emptyDir": {"mode": null}},
			"want": set(),
		},
		"a volume type without users": {"volume": {"csi": {"defaultUser": 1000, "user": 1000}}, "want": set()},
	}
	got := linux_volume.finding with input as testing.windows_pod({"volumes": [
		{"name": "first", "emptyDir": {}},
		object.union({"name": "second"}, tc.volume),
	]})
	got == tc.want
}

test_mount_options[name] if {
	some list in ["initContainers", "containers", "ephemeralContainers"]
	some option, tc in {
		"recursiveReadOnly Enabled": {"field": "recursiveReadOnly", "value": "Enabled", "found": true},
		"recursiveReadOnly IfPossible": {"field": "recursiveReadOnly", "value": "IfPossible", "found": false},
		"recursiveReadOnly Disabled": {"field": "recursiveReadOnly", "value": "Disabled", "found": false},
		"recursiveReadOnly null": {"field": "recursiveReadOnly", "value": null, "found": false},
		"recursiveReadOnly true": {"field": "recursiveReadOnly", "value": true, "found": false},
		"bindMountOptions": {"field": "bindMountOptions", "value": ["noexec"], "found": true},
		"no bindMountOptions": {"field": "bindMountOptions", "value": [], "found": false},
		"bindMountOptions null": {"field": "bindMountOptions", "value": null, "found": false},
		"bindMountOptions of the wrong type": {"field": "bindMountOptions", "value": "noexec", "found": false},
		"readOnly": {"field": "readOnly", "value": true, "found": false},
	}
	name := sprintf("%s %s", [list, option])
	got := linux_volume.finding with input as testing.windows_pod({list: [testing.container, {
		"name": "second",
		"volumeMounts": [{"name": "a", "mountPath": `C:\a`}, {"name": "b", "mountPath": `C:\b`, tc.field: tc.value}],
	}]})
	want := {found |
		tc.found
		found := _of_mount(sprintf("spec.%s[1].volumeMounts[1].%s", [list, tc.field]), tc.field, tc.value)
	}
	got == want
}

test_modes[name] if {
	items := {"items": [{"key": "a", "path": "a"}, {"key": "b", "path": "b", "mode": 256}]}
	some name, tc in {
		"the default mode of a Secret": {
			"volume": {"secret": {"defaultMode": 256}},
			"want": {_ignored("spec.volumes[1].secret.defaultMode", 256)},
		},
		"the default mode of a ConfigMap": {
			"volume": {"configMap": {"defaultMode": 493}},
			"want": {_harmless("spec.volumes[1].configMap.defaultMode", 493)},
		},
		"the default mode of a projected volume": {
			"volume": {"projected": {"defaultMode": 0}},
			"want": {_ignored("spec.volumes[1].projected.defaultMode", 0)},
		},
		"the default mode of the downward API": {
			"volume": {"downwardAPI": {"defaultMode": 256}},
			"want": {_ignored("spec.volumes[1].downwardAPI.defaultMode", 256)},
		},
		"items of a Secret": {
			"volume": {"secret": items},
			"want": {_ignored("spec.volumes[1].secret.items[1].mode", 256)},
		},
		"items of a ConfigMap": {
			"volume": {"configMap": items},
			"want": {_ignored("spec.volumes[1].configMap.items[1].mode", 256)},
		},
		"items of the downward API": {
			"volume": {"downwardAPI": items},
			"want": {_ignored("spec.volumes[1].downwardAPI.items[1].mode", 256)},
		},
		"items of projected sources": {
			"volume": {"projected": {"sources": [
				{"secret": items}, {"configMap": items}, {"downwardAPI": items},
				{"serviceAccountToken": {"path": "token"}},
			]}},
			"want": {
				_ignored("spec.volumes[1].projected.sources[0].secret.items[1].mode", 256),
				_ignored("spec.volumes[1].projected.sources[1].configMap.items[1].mode", 256),
				_ignored("spec.volumes[1].projected.sources[2].downwardAPI.items[1].mode", 256),
			},
		},
		"a file that only its group reads": {
			"volume": {"secret": {"defaultMode": 416}},
			"want": {_ignored("spec.volumes[1].secret.defaultMode", 416)},
		},
		"a script": {
			"volume": {"configMap": {"items": [{"mode": 365}]}},
			"want": {_harmless("spec.volumes[1].configMap.items[0].mode", 365)},
		},
		"a file that nobody changes": {
			"volume": {"secret": {"defaultMode": 292}},
			"want": {_harmless("spec.volumes[1].secret.defaultMode", 292)},
		},
		"a mode that no file can have": {
			"volume": {"secret": {"defaultMode": 4.5}},
			"want": {_harmless("spec.volumes[1].secret.defaultMode", 4.5)},
		},
		"the default of the API server": {"volume": {"secret": {"defaultMode": 420, "items": [{"mode": 420}]}}, "want": set()},
		"the default in a projected source": {
			"volume": {"projected": {"defaultMode": 420, "sources": [{"secret": {"items": [{"mode": 420}]}}]}},
			"want": set(),
		},
		"null": {"volume": {"secret": {"defaultMode": null, "items": [{"mode": null}]}}, "want": set()},
		"strings": {"volume": {"secret": {"defaultMode": "0400", "items": [{"mode": "0400"}]}}, "want": set()},
		"a volume type without modes": {"volume": {"emptyDir": {"defaultMode": 256}}, "want": set()},
	}
	got := linux_volume.finding with input as testing.windows_pod({"volumes": [
		{"name": "first", "emptyDir": {}},
		object.union({"name": "second"}, tc.volume),
	]})
	got == tc.want
}

test_sub_paths[name] if {
	some name, tc in {
		"a Secret": {"volume": {"secret": {}}, "field": "subPath", "value": "web.config", "found": true},
		"a ConfigMap": {"volume": {"configMap": {}}, "field": "subPath", "value": "web.config", "found": true},
		"a projected volume": {"volume": {"projected": {}}, "field": "subPath", "value": "a", "found": true},
		"subPathExpr": {"volume": {"secret": {}}, "field": "subPathExpr", "value": "$(NAME)", "found": true},
		"empty": {"volume": {"secret": {}}, "field": "subPath", "value": "", "found": false},
		"null": {"volume": {"secret": {}}, "field": "subPath", "value": null, "found": false},
		"a number": {"volume": {"secret": {}}, "field": "subPath", "value": 1, "found": false},
		"an emptyDir": {"volume": {"emptyDir": {}}, "field": "subPath", "value": "a", "found": false},
		"a claim": {"volume": {"persistentVolumeClaim": {}}, "field": "subPath", "value": "a", "found": false},
		"a null source": {"volume": {"secret": null}, "field": "subPath", "value": "a", "found": false},
	}
	got := linux_volume.finding with input as testing.windows_pod({
		"containers": [testing.container, {"name": "second", "volumeMounts": [
			{"name": "other", "mountPath": `C:\a`, "subPath": "a"},
			{"name": "files", "mountPath": `C:\b`, tc.field: tc.value},
		]}],
		"volumes": [{"name": "other", "emptyDir": {}}, object.union({"name": "files"}, tc.volume)],
	})
	want := {found |
		tc.found
		field := sprintf("spec.containers[1].volumeMounts[1].%s", [tc.field])
		found := _found("note", field, _sub_path, {"enforcedBy": "advice", "container": "second"})
	}
	got == want
}

test_silent[name] if {
	some name, fields in {
		"nothing": {},
		"null": {"volumes": null, "containers": [object.union(testing.container, {"volumeMounts": null})]},
		"nested nulls": {
			"volumes": [
				null, {"secret": null}, {"secret": {"items": null}}, {"projected": {"sources": null}},
				{"projected": {"sources": [null, {"secret": null}]}}, {"configMap": {"items": [null]}},
			],
			"containers": [object.union(testing.container, {"volumeMounts": [null, {}]})],
		},
		"the wrong types": {
			"volumes": ["nfs", ["nfs"], {"secret": "nfs"}, {"projected": {"sources": "nfs"}}],
			"containers": [object.union(testing.container, {"volumeMounts": "subPath"})],
		},
	}
	got := linux_volume.finding with input as testing.windows_pod(fields)
	got == set()
}

test_inferred if {
	got := linux_volume.finding with input as testing.inferred_pod({"volumes": [{"nfs": {}}]})
	got == {_found("deny", "spec.volumes[0].nfs", _cannot, {
		"enforcedBy": "kubelet",
		"because": "nodeSelector kubernetes.io/os is windows",
	})}
}

test_workload if {
	got := linux_volume.finding with input as testing.deployment(object.union(
		testing.windows,
		{"volumes": [{"secret": {"defaultMode": 256}}]},
	))
	got == {_ignored("spec.template.spec.volumes[0].secret.defaultMode", 256)}
}

_of_mount(field, "recursiveReadOnly", value) := _found("deny", field, _recursive, {
	"enforcedBy": "kubelet",
	"container": "second",
	"fix": [
		{"op": "test", "path": _pointer(field), "value": value},
		{"op": "replace", "path": _pointer(field), "value": "IfPossible"},
	],
})

_of_mount(field, "bindMountOptions", value) := _found("warn", field, _options, {
	"enforcedBy": "scheduler",
	"container": "second",
	"fix": _removal(field, value),
})

_ignored(field, value) := _found("warn", field, _mode, {"enforcedBy": "advice", "fix": _removal(field, value)})

_harmless(field, value) := _found("note", field, _folder_mode, {"enforcedBy": "advice", "fix": _removal(field, value)})

_noted(field, value) := _found("note", field, _user, {"enforcedBy": "advice", "fix": _removal(field, value)})

_removal(field, value) := [
	{"op": "test", "path": _pointer(field), "value": value},
	{"op": "remove", "path": _pointer(field)},
]

_pointer(field) := concat("", ["/", replace(replace(replace(field, "[", "/"), "]", ""), ".", "/")])

_found(severity, field, says, more) := testing.expected(severity, "linux-volume", {"field": field, "says": says}, more)
