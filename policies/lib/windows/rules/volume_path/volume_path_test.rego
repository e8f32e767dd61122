package lib.windows.rules.volume_path_test

import data.lib.windows.config
import data.lib.windows.rules.volume_path
import data.lib.windows.testing_test as testing

_drive := "The runtime cannot mount a volume over drive C:, so the container does not start. Mount it in a folder."

_twice := "Windows reads this as the path of another mount, so the two collide. Choose another path."

_back := `The kubelet rejects a path with ..\, so the container does not start. Name the folder itself.`

_back_on_the_host := `The kubelet rejects a path with ..\, so the pod never starts. Name the folder itself.`

_absolute := "Windows reads this path as absolute, which the kubelet rejects. Write a path within the volume."

_unix := "Windows has no such path, so the container gets an empty folder. Name a Windows path."

_unix_file := "Windows has no such path, so the kubelet creates an empty file or fails. Name a Windows path."

_unix_typed := concat("", [
	"Windows has no such path, so the kubelet's check of hostPath.type fails and the pod never starts. ",
	"Name a Windows path.",
])

_block_device := concat("", [
	"Windows reports no path as a block device, so the kubelet's check fails and the pod never starts. ",
	"Remove the type.",
])

_custom := "Windows cannot map every single file, so the message can get lost. Keep the default path."

_mounted := "Windows reads this as the path of a mount, so the two collide. Choose another path."

test_drive[name] if {
	some list in ["initContainers", "containers", "ephemeralContainers"]
	some path, found in {
		"c:": true, `C:\`: true, "C:/": true, "/": true, `\`: true, "/.": true,
		`C:\data`: false, "D:": false, `D:\`: false, `\\.\pipe\c:`: false,
	}
	name := sprintf("%s %s", [list, path])
	got := volume_path.finding with input as testing.windows_pod({list: [
		testing.container,
		{"name": "second", "volumeMounts": [{"mountPath": `C:\a`}, {"mountPath": path}]},
	]})
	want := {finding |
		found
		field := sprintf("spec.%s[1].volumeMounts[1].mountPath", [list])
		finding := _of_container("deny", field, _drive, "runtime")
	}
	got == want
}

test_mounts_at_one_path[name] if {
	some name, tc in {
		"another case": {"mounts": [`C:\data`, `c:\Data`], "found": [1]},
		"slashes": {"mounts": ["C:/data", `C:\data`], "found": [1]},
		"without a drive": {"mounts": ["/data", `C:\data`], "found": [1]},
		"a separator at the end": {"mounts": [`C:\data`, `C:\data\`], "found": [1]},
		"three equal paths": {"mounts": [`C:\data`, "/data", "data"], "found": [1, 2]},
		"two spellings, and the first again": {"mounts": [`C:\data`, "/data", `C:\data`], "found": [1, 2]},
		"the first spelling twice, then another": {"mounts": ["/data", "/data", `C:\data`, "/data"], "found": [2, 3]},
		"two groups": {"mounts": ["/a", "/b", `C:\a`, `C:\b`], "found": [2, 3]},
		"equal paths after another": {"mounts": [`C:\a`, `C:\b`, `C:\B`], "found": [2]},
		"pipes": {"mounts": [`\\.\pipe\a`, `\\.\pipe\A`], "found": [1]},
		"identical paths": {"mounts": [`C:\data`, `C:\data`], "found": []},
		"a path below another": {"mounts": [`C:\data`, `C:\data\logs`], "found": []},
		"other drives": {"mounts": [`C:\data`, `D:\data`], "found": []},
		"a null path": {"mounts": [`C:\data`, null], "found": []},
		"numbers": {"mounts": [1, 1.0], "found": []},
	}
	got := volume_path.finding with input as testing.windows_pod(_mounts([{"mountPath": path} | some path in tc.mounts]))
	got == {_of_container("warn", sprintf("spec.containers[1].volumeMounts[%d].mountPath", [index]), _twice, "runtime") |
		some index in tc.found
	}
}

test_equal_paths_in_two_containers if {
	got := volume_path.finding with input as testing.windows_pod({"containers": [
		{"name": "first", "volumeMounts": [{"mountPath": `C:\data`}]},
		{"name": "second", "volumeMounts": [{"mountPath": `c:\data`}]},
	]})
	got == set()
}

test_sub_paths[name] if {
	some field in ["subPath", "subPathExpr"]
	some path, says in {
		`..\secrets`: _back,
		`logs\..\..\secrets`: _back,
		`logs\..`: _back,
		`C:\logs`: _absolute,
		"C:/logs": _absolute,
		"c:logs": _absolute,
		`\logs`: _absolute,
	}
	name := sprintf("%s %s", [field, path])
	got := volume_path.finding with input as testing.windows_pod(_mounts([{}, {field: path}]))
	got == {_of_container("deny", sprintf("spec.containers[1].volumeMounts[1].%s", [field]), says, "kubelet")}
}

test_host_paths[name] if {
	some name, tc in {
		`C:\data\..\secrets`: [_denied_host],
		`\data\..`: [_denied_host],
		"/proc": [_warned_host],
		"/proc/": [_warned_host],
		"/sys/fs/cgroup": [_warned_host],
		"/dev/sda": [_warned_host],
		"/boot": [_warned_host],
		"/usr/share/zoneinfo": [_warned_host],
		"/lib/modules": [_warned_host],
		"/etc/localtime": [_warned_host],
		"/run/udev": [_warned_host],
		"/run/systemd/journal": [_warned_host],
		"/run/docker.sock": [_warned_host],
		"/var/run/docker.sock": [_warned_host],
		"/run/containerd/containerd.sock": [_warned_host],
		"/var/run/containerd/containerd.sock": [_warned_host],
		"/run/crio/crio.sock": [_warned_host],
		"/var/run/crio/crio.sock": [_warned_host],
		`/etc/..\proc`: [_denied_host, _warned_host],
		"/processes": [],
		"/devices": [],
		"/etc/kubernetes/pki": [],
		"/etc/cni/net.d": [],
		"/etc/rancher/node": [],
		"/etc/kube-flannel": [],
		"/var/log": [],
		"/var/lib/kubelet": [],
		"/opt/cni/bin": [],
		"/run/flannel": [],
		"/": [],
		`C:\`: [],
		`C:\etc`: [],
		`\proc`: [],
		"proc": [],
		`\\.\pipe\docker_engine`: [],
		`\\server\share`: [],
	}
	got := volume_path.finding with input as testing.windows_pod({"volumes": [
		{"name": "first", "emptyDir": {}},
		{"name": "second", "hostPath": {"path": name}},
	]})
	got == {found | some found in tc}
}

test_host_path_types[name] if {
	some name, tc in {
		"File": {"host": {"path": "/etc/machine-id", "type": "File"}, "want": [_denied_type]},
		"Directory": {"host": {"path": "/proc", "type": "Directory"}, "want": [_denied_type]},
		"Socket": {"host": {"path": "/var/run/docker.sock", "type": "Socket"}, "want": [_denied_type]},
		"CharDevice": {"host": {"path": "/dev/kvm", "type": "CharDevice"}, "want": [_denied_type]},
		"BlockDevice": {"host": {"path": "/dev/sda", "type": "BlockDevice"}, "want": [_denied_type]},
		"no type": {"host": {"path": "/proc", "type": ""}, "want": [_warned_host]},
		"null": {"host": {"path": "/proc", "type": null}, "want": [_warned_host]},
		"a list": {"host": {"path": "/proc", "type": ["File"]}, "want": [_warned_host]},
		"DirectoryOrCreate": {"host": {"path": "/run/udev", "type": "DirectoryOrCreate"}, "want": [_warned_host]},
		"FileOrCreate": {
			"host": {"path": "/etc/app.conf", "type": "FileOrCreate"},
			"want": [_found("warn", "spec.volumes[1].hostPath.path", _unix_file, {"enforcedBy": "runtime"})],
		},
		"a block device of Windows": {
			"host": {"path": `\\.\PhysicalDrive1`, "type": "BlockDevice"},
			"want": [_found("deny", "spec.volumes[1].hostPath.type", _block_device, {"enforcedBy": "kubelet"})],
		},
		"a pipe": {"host": {"path": `\\.\pipe\app`, "type": "BlockDevice"}, "want": []},
		"a folder of Windows": {"host": {"path": `C:\data`, "type": "Directory"}, "want": []},
		"a file of Windows": {"host": {"path": `C:\app.conf`, "type": "File"}, "want": []},
		"a folder of both": {"host": {"path": "/var/lib/kubelet", "type": "Directory"}, "want": []},
		"a folder of Kubernetes": {"host": {"path": "/etc/kubernetes", "type": "Directory"}, "want": []},
	}
	got := volume_path.finding with input as testing.windows_pod({"volumes": [
		{"name": "first", "emptyDir": {}},
		{"name": "second", "hostPath": tc.host},
	]})
	got == {found | some found in tc.want}
}

test_termination_message_path[name] if {
	some name, tc in {
		"the default": {"path": "/dev/termination-log", "want": set()},
		"the default as a Windows path": {"path": `C:\dev\termination-log`, "want": set()},
		"empty": {"path": "", "want": set()},
		"null": {"path": null, "want": set()},
		"a number": {"path": 1, "want": set()},
		"another path": {"path": `C:\log.txt`, "want": {_of_termination(_custom, "advice")}},
		"another path on another drive": {"path": `D:\dev\termination-log`, "want": {_of_termination(_custom, "advice")}},
		"another path at a mount": {"path": `C:\data`, "want": {_of_termination(_custom, "advice")}},
	}
	got := volume_path.finding with input as testing.windows_pod({"containers": [testing.container, {
		"name": "second",
		"terminationMessagePath": tc.path,
		"volumeMounts": [{"mountPath": `C:\logs`}, {"mountPath": `C:\data`}],
	}]})
	got == tc.want
}

test_termination_message_path_with_the_parameter[name] if {
	some name, tc in {
		"another path": {"path": `C:\log.txt`, "mount": `C:\data`, "want": set()},
		"below a mount": {"path": `C:\data\log.txt`, "mount": `C:\data`, "want": set()},
		"at a mount": {"path": "/Data/", "mount": `C:\data`, "want": {_of_termination(_mounted, "runtime")}},
		"the default at a mount": {
			"path": "/dev/termination-log",
			"mount": `C:\dev\termination-log`,
			"want": {_of_termination(_mounted, "runtime")},
		},
		"null": {"path": null, "mount": `C:\data`, "want": set()},
	}
	got := volume_path.finding with input as testing.windows_pod({"containers": [testing.container, {
		"name": "second",
		"terminationMessagePath": tc.path,
		"volumeMounts": [{"mountPath": `C:\logs`}, {"mountPath": tc.mount}],
	}]})
		with config as {"rules": {"volume-path": {"parameters": {"allowCustomTerminationMessagePath": true}}}}
	got == tc.want
}

test_silent[name] if {
	some name, fields in {
		"nothing": {},
		"valid paths": object.union(
			_mounts([
				{"mountPath": `C:\data`, "subPath": "logs/today"},
				{"mountPath": "/logs", "subPath": `a\b`},
				{"mountPath": `C:\c`, "subPathExpr": "$(POD_NAME)"},
			]),
			{"volumes": [{"hostPath": {"path": `C:\data`}}, {"hostPath": {"path": "/var/log"}}]},
		),
		"steps back that the API server sees": object.union(
			_mounts([{"mountPath": `C:\data`, "subPath": "a/../b"}]),
			{"volumes": [{"hostPath": {"path": "/data/.."}}]},
		),
		"null": {
			"volumes": [null, {"hostPath": null}, {"hostPath": {"path": null}}],
			"containers": [{"name": "app", "volumeMounts": null}, {"name": "second", "volumeMounts": [null, {}]}],
		},
		"the wrong types": {
			"volumes": [1, {"hostPath": "/proc"}, {"hostPath": {"path": ["/proc"]}}],
			"containers": [
				{"name": "app", "volumeMounts": "/"},
				{"name": "second", "volumeMounts": ["/", {"mountPath": ["/"], "subPath": [`..\a`], "subPathExpr": 1}]},
			],
		},
	}
	got := volume_path.finding with input as testing.windows_pod(fields)
	got == set()
}

test_inferred if {
	got := volume_path.finding with input as testing.inferred_pod(_mounts([{"mountPath": "C:"}]))
	because := {"details": {"because": "nodeSelector kubernetes.io/os is windows"}}
	got == {object.union(_of_container("deny", "spec.containers[1].volumeMounts[0].mountPath", _drive, "runtime"), because)}
}

test_workload if {
	got := volume_path.finding with input as testing.deployment(object.union(
		testing.windows,
		{"volumes": [{"hostPath": {"path": "/proc"}}]},
	))
	got == {_found("warn", "spec.template.spec.volumes[0].hostPath.path", _unix, {"enforcedBy": "runtime"})}
}

_denied_host := _found("deny", "spec.volumes[1].hostPath.path", _back_on_the_host, {"enforcedBy": "kubelet"})

_warned_host := _found("warn", "spec.volumes[1].hostPath.path", _unix, {"enforcedBy": "runtime"})

_denied_type := _found("deny", "spec.volumes[1].hostPath.path", _unix_typed, {"enforcedBy": "kubelet"})

_mounts(mounts) := {"containers": [testing.container, {"name": "second", "volumeMounts": mounts}]}

_of_container(severity, field, says, by) := _found(severity, field, says, {"container": "second", "enforcedBy": by})

_of_termination(says, by) := _of_container("warn", "spec.containers[1].terminationMessagePath", says, by)

_found(severity, field, says, more) := testing.expected(severity, "volume-path", {"field": field, "says": says}, more)
