package lib.windows.rules.volume_medium_test

import data.lib.windows.rules.volume_medium
import data.lib.windows.testing_test as testing

test_mediums[name] if {
	some name, tc in {
		"Memory": {"medium": "Memory", "want": {_ignored("spec.volumes[1]", {})}},
		"memory in lower case": {"medium": "memory", "want": {_unknown("spec.volumes[1]", "memory")}},
		"an unknown medium": {"medium": "tmpfs", "want": {_unknown("spec.volumes[1]", "tmpfs")}},
		"a medium that only begins like huge pages": {
			"medium": "HugePagesX",
			"want": {_unknown("spec.volumes[1]", "HugePagesX")},
		},
		"huge pages": {"medium": "HugePages", "want": set()},
		"huge pages of a size": {"medium": "HugePages-2Mi", "want": set()},
		"empty": {"medium": "", "want": set()},
		"null": {"medium": null, "want": set()},
		"a number": {"medium": 1, "want": set()},
		"a list": {"medium": ["Memory"], "want": set()},
	}
	got := volume_medium.finding with input as testing.windows_pod(_second({"emptyDir": {"medium": tc.medium}}))
	got == tc.want
}

test_silent[name] if {
	some name, fields in {
		"nothing": {},
		"no volumes": {"volumes": []},
		"null": {"volumes": null},
		"the wrong type": {"volumes": "Memory"},
		"volumes of the wrong type": _second("emptyDir"),
		"an empty emptyDir": _second({"emptyDir": {}}),
		"a null emptyDir": _second({"emptyDir": null}),
		"an emptyDir of the wrong type": _second({"emptyDir": "Memory"}),
		"another volume": _second({"secret": {"secretName": "Memory"}}),
	}
	got := volume_medium.finding with input as testing.windows_pod(fields)
	got == set()
}

test_inferred if {
	got := volume_medium.finding with input as testing.inferred_pod(_second({"emptyDir": {"medium": "Memory"}}))
	got == {_ignored("spec.volumes[1]", {"because": "nodeSelector kubernetes.io/os is windows"})}
}

test_workload if {
	got := volume_medium.finding with input as testing.deployment(object.union(
		testing.windows,
		_second({"emptyDir": {"medium": "Memory"}}),
	))
	got == {_ignored("spec.template.spec.volumes[1]", {})}
}

_second(volume) := {"volumes": [{"name": "first", "emptyDir": {}}, volume]}

_unknown(volume, medium) := testing.expected(
	"deny",
	"volume-medium",
	{"field": field, "says": "The kubelet does not know this medium, so the pod never starts. Remove the medium."},
	{"enforcedBy": "kubelet", "fix": _removal(field, medium)},
) if {
	field := concat(".", [volume, "emptyDir.medium"])
}

_ignored(volume, more) := testing.expected(
	"warn",
	"volume-medium",
	{"field": field, "says": "Windows ignores this medium and keeps the volume on disk. Remove the medium."},
	object.union({"enforcedBy": "advice", "fix": _removal(field, "Memory")}, more),
) if {
	field := concat(".", [volume, "emptyDir.medium"])
}

_removal(field, value) := [{"op": "test", "path": pointer, "value": value}, {"op": "remove", "path": pointer}] if {
	pointer := concat("", ["/", replace(replace(replace(field, "[", "/"), "]", ""), ".", "/")])
}
