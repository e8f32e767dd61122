package lib.windows.rules.raw_block_volume_test

import data.lib.windows.rules.raw_block_volume
import data.lib.windows.testing_test as testing

_devices := [{"name": "data", "devicePath": "/dev/xvda"}]

_block := {"ephemeral": {"volumeClaimTemplate": {"spec": {"volumeMode": "Block"}}}}

test_devices[name] if {
	some name in ["initContainers", "containers", "ephemeralContainers"]
	got := raw_block_volume.finding with input as testing.windows_pod({name: [
		testing.container,
		{"name": "second", "volumeDevices": _devices},
	]})
	got == {_device(sprintf("spec.%s[1].volumeDevices", [name]))}
}

test_ephemeral_claims if {
	got := raw_block_volume.finding with input as testing.windows_pod({"volumes": [
		{"ephemeral": {"volumeClaimTemplate": {"spec": {"volumeMode": "Filesystem"}}}},
		_block,
		_block,
	]})
	path := "ephemeral.volumeClaimTemplate.spec.volumeMode"
	got == {_mode(sprintf("spec.volumes[%d].%s", [index, path])) | some index in [1, 2]}
}

test_claims_of_a_stateful_set[name] if {
	some name, tc in {
		"Block": {"kind": "StatefulSet", "claims": _claims("Block"), "found": true},
		"Filesystem": {"kind": "StatefulSet", "claims": _claims("Filesystem"), "found": false},
		"a null mode": {"kind": "StatefulSet", "claims": _claims(null), "found": false},
		"null": {"kind": "StatefulSet", "claims": null, "found": false},
		"the wrong type": {"kind": "StatefulSet", "claims": "Block", "found": false},
		"items of the wrong type": {"kind": "StatefulSet", "claims": ["Block", {"spec": "Block"}], "found": false},
		"a Deployment": {"kind": "Deployment", "claims": _claims("Block"), "found": false},
	}
	got := raw_block_volume.finding with input as object.union(
		testing.carrier("apps/v1", tc.kind, testing.windows),
		{"spec": {"volumeClaimTemplates": tc.claims}},
	)
	want := {found |
		tc.found
		found := _mode("spec.volumeClaimTemplates[1].spec.volumeMode")
	}
	got == want
}

test_silent[name] if {
	some name, fields in {
		"nothing": {},
		"an empty list of devices": {"containers": [object.union(testing.container, {"volumeDevices": []})]},
		"null devices": {"containers": [object.union(testing.container, {"volumeDevices": null})]},
		"devices of the wrong type": {"containers": [object.union(testing.container, {"volumeDevices": "data"})]},
		"a claim by name": {"volumes": [{"persistentVolumeClaim": {"claimName": "data"}}]},
		"a mode in lower case": {"volumes": [{"ephemeral": {"volumeClaimTemplate": {"spec": {"volumeMode": "block"}}}}]},
		"null": {"volumes": [null, {"ephemeral": null}, {"ephemeral": {"volumeClaimTemplate": {"spec": null}}}]},
		"the wrong type": {"volumes": {"ephemeral": "Block"}},
	}
	got := raw_block_volume.finding with input as testing.windows_pod(fields)
	got == set()
}

test_inferred if {
	got := raw_block_volume.finding with input as testing.inferred_pod({"volumes": [_block]})
	because := {"details": {"because": "nodeSelector kubernetes.io/os is windows"}}
	got == {object.union(_mode("spec.volumes[0].ephemeral.volumeClaimTemplate.spec.volumeMode"), because)}
}

_claims(mode) := [{"metadata": {"name": "first"}, "spec": {}}, {"metadata": {"name": "data"}, "spec": {"volumeMode": mode}}]

_device(field) := testing.expected(
	"deny",
	"raw-block-volume",
	{"field": field, "says": "Windows containers cannot use block devices, so this container never starts. Use volumeMounts."},
	{"enforcedBy": "runtime", "container": "second"},
)

_mode(field) := testing.expected(
	"deny",
	"raw-block-volume",
	{"field": field, "says": "Windows containers cannot use block devices, so the pod cannot use this claim. Use Filesystem."},
	{"enforcedBy": "runtime"},
)
