package lib.windows.rules.named_pipe_test

import data.lib.windows.rules.named_pipe
import data.lib.windows.testing_test as testing

_type := "A named pipe fails the kubelet's check of this type, so the pod does not start. Remove the type."

_spelling := `With this spelling, containerd treats the pipe as a folder. Write \\.\pipe\name.`

_only_volume := `The volume is a pipe, but containerd treats this path as a folder. Mount it at \\.\pipe\name.`

_only_mount := `This path is a pipe, but its volume is a folder. Set hostPath.path to \\.\pipe\name.`

_docker := `\\.\pipe\docker_engine`

test_types[name] if {
	some name, found in {
		"BlockDevice": true, "CharDevice": true, "Directory": true, "DirectoryOrCreate": true,
		"Socket": true, "File": false, "FileOrCreate": false, "": false, "Pipe": false,
	}
	got := named_pipe.finding with input as testing.windows_pod(_mounted({"path": _docker, "type": name}, _docker))
	want := {finding |
		found
		finding := _found("spec.volumes[1].hostPath.type", _type, {"enforcedBy": "kubelet", "fix": [
			{"op": "test", "path": "/spec/volumes/1/hostPath/type", "value": name},
			{"op": "remove", "path": "/spec/volumes/1/hostPath/type"},
		]})
	}
	got == want
}

test_paths[name] if {
	some name, tc in {
		"both paths": {"path": _docker, "mount": _docker, "want": set()},
		"both paths with different names": {"path": _docker, "mount": `\\.\pipe\other`, "want": set()},
		"neither path": {"path": `C:\data`, "mount": `C:\data`, "want": set()},
		"only the volume": {"path": _docker, "mount": `C:\docker`, "want": {_of_mount(_only_volume)}},
		"the volume, and a mount in another spelling": {
			"path": _docker,
			"mount": "//./pipe/docker_engine",
			"want": {_of_mount(_only_volume)},
		},
		"only the mount": {"path": `C:\docker`, "mount": _docker, "want": {_of_mount(_only_mount)}},
		"only the mount, in another spelling": {
			"path": `C:\docker`,
			"mount": `\\.\PIPE\docker_engine`,
			"want": {_of_mount(_only_mount)},
		},
		"the volume in upper case": {"path": `\\.\PIPE\docker_engine`, "mount": _docker, "want": {_of_path}},
		"the volume with slashes": {"path": "//./pipe/docker_engine", "mount": `C:\docker`, "want": {_of_path}},
		"the volume with backslashes doubled": {
			"path": `\\\\.\\pipe\\docker_engine`,
			"mount": `\\\\.\\pipe\\docker_engine`,
			"want": {_of_path},
		},
		"a null mount": {"path": _docker, "mount": null, "want": set()},
		"a mount of the wrong type": {"path": _docker, "mount": [_docker], "want": set()},
		"a path of the wrong type": {"path": [_docker], "mount": `C:\docker`, "want": set()},
	}
	got := named_pipe.finding with input as testing.windows_pod(_mounted({"path": tc.path}, tc.mount))
	got == tc.want
}

test_mounts_of_all_containers[list] if {
	some list in ["initContainers", "containers", "ephemeralContainers"]
	got := named_pipe.finding with input as testing.windows_pod({
		list: [{"name": "second", "volumeMounts": [{"name": "docker", "mountPath": `C:\docker`}]}],
		"volumes": [{"name": "docker", "hostPath": {"path": _docker}}],
	})
	field := sprintf("spec.%s[0].volumeMounts[0].mountPath", [list])
	got == {_found(field, _only_volume, {"enforcedBy": "runtime", "container": "second"})}
}

test_mount_of_an_empty_dir if {
	got := named_pipe.finding with input as testing.windows_pod({
		"containers": [{"name": "second", "volumeMounts": [{}, {"name": "data", "mountPath": _docker}]}],
		"volumes": [{"name": "data", "emptyDir": {}}],
	})
	got == {_found("spec.containers[0].volumeMounts[1].mountPath", _only_mount, {
		"enforcedBy": "runtime",
		"container": "second",
	})}
}

test_silent_for_host_process[name] if {
	some name, fields in {
		"a type": _mounted({"path": _docker, "type": "Directory"}, _docker),
		"a spelling": _mounted({"path": "//./pipe/docker_engine"}, _docker),
		"only the volume": _mounted({"path": _docker}, `C:\docker`),
		"only the mount": _mounted({"path": `C:\docker`}, _docker),
	}
	got := named_pipe.finding with input as testing.pod(object.union(testing.host_process, fields))
	got == set()
}

test_silent[name] if {
	some name, fields in {
		"nothing": {},
		"null": {
			"volumes": [null, {"hostPath": null}, {"hostPath": {"path": null, "type": null}}],
			"containers": [{"name": "app", "volumeMounts": null}, {"name": "second", "volumeMounts": [null]}],
		},
		"a mount without a valid name": {"containers": [{"name": "app", "volumeMounts": [
			{"mountPath": _docker},
			{"mountPath": _docker, "name": 1},
		]}]},
		"the wrong types": {"volumes": [_docker, {"hostPath": _docker}], "containers": [{"volumeMounts": _docker}]},
		"a type of a folder": {"volumes": [{"name": "data", "hostPath": {"path": `C:\data`, "type": "Directory"}}]},
	}
	got := named_pipe.finding with input as testing.windows_pod(fields)
	got == set()
}

test_inferred if {
	got := named_pipe.finding with input as testing.inferred_pod(_mounted({"path": _docker}, `C:\docker`))
	because := {"details": {"because": "nodeSelector kubernetes.io/os is windows"}}
	got == {object.union(_of_mount(_only_volume), because)}
}

test_workload if {
	got := named_pipe.finding with input as testing.deployment(object.union(
		testing.windows,
		_mounted({"path": "//./pipe/docker_engine"}, _docker),
	))
	got == {_found("spec.template.spec.volumes[1].hostPath.path", _spelling, {"enforcedBy": "runtime"})}
}

_mounted(host_path, mount) := {
	"containers": [testing.container, {"name": "second", "volumeMounts": [
		{"name": "data", "mountPath": `C:\data`},
		{"name": "docker", "mountPath": mount},
	]}],
	"volumes": [{"name": "data", "emptyDir": {}}, {"name": "docker", "hostPath": host_path}],
}

_of_path := _found("spec.volumes[1].hostPath.path", _spelling, {"enforcedBy": "runtime"})

_of_mount(says) := _found("spec.containers[1].volumeMounts[1].mountPath", says, {
	"enforcedBy": "runtime",
	"container": "second",
})

_found(field, says, more) := testing.expected("warn", "named-pipe", {"field": field, "says": says}, more)
