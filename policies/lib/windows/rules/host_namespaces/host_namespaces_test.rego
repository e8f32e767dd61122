package lib.windows.rules.host_namespaces_test

import data.lib.windows.rules.host_namespaces
import data.lib.windows.testing_test as testing

test_declared[name] if {
	some name, tc in {
		"hostPID": {"fields": {"hostPID": true}, "want": {_denied("spec.hostPID", true)}},
		"hostIPC": {"fields": {"hostIPC": true}, "want": {_denied("spec.hostIPC", true)}},
		"hostUsers true": {"fields": {"hostUsers": true}, "want": {_denied("spec.hostUsers", true)}},
		"hostUsers false": {"fields": {"hostUsers": false}, "want": {_denied("spec.hostUsers", false)}},
		"shareProcessNamespace true": {
			"fields": {"shareProcessNamespace": true},
			"want": {_denied("spec.shareProcessNamespace", true)},
		},
		"shareProcessNamespace false": {
			"fields": {"shareProcessNamespace": false},
			"want": {_denied("spec.shareProcessNamespace", false)},
		},
		"all fields": {
			"fields": {"hostPID": true, "hostIPC": true, "hostUsers": true, "shareProcessNamespace": true},
			"want": {
				_denied("spec.hostPID", true), _denied("spec.hostIPC", true), _denied("spec.hostUsers", true),
				_denied("spec.shareProcessNamespace", true),
			},
		},
		"hostPID and hostIPC false": {"fields": {"hostPID": false, "hostIPC": false}, "want": set()},
		"all fields null": {
			"fields": {"hostPID": null, "hostIPC": null, "hostUsers": null, "shareProcessNamespace": null},
			"want": set(),
		},
		"hostNetwork": {"fields": {"hostNetwork": true}, "want": set()},
		"no fields": {"fields": {}, "want": set()},
	}
	got := host_namespaces.finding with input as testing.windows_pod(tc.fields)
	got == tc.want
}

test_inferred[name] if {
	some name, tc in {
		"hostPID": {"fields": {"hostPID": true}, "want": {_warned("spec.hostPID", true)}},
		"hostIPC": {"fields": {"hostIPC": true}, "want": {_warned("spec.hostIPC", true)}},
		"hostUsers false": {"fields": {"hostUsers": false}, "want": {_warned("spec.hostUsers", false)}},
		"shareProcessNamespace false": {
			"fields": {"shareProcessNamespace": false},
			"want": {_warned("spec.shareProcessNamespace", false)},
		},
		"hostPID and hostIPC false": {"fields": {"hostPID": false, "hostIPC": false}, "want": set()},
		"no fields": {"fields": {}, "want": set()},
	}
	got := host_namespaces.finding with input as testing.inferred_pod(tc.fields)
	got == tc.want
}

# The API server requires hostUsers false beside procMount Unmasked, so both go.
test_fix_beside_proc_mount if {
	got := host_namespaces.finding with input as testing.inferred_pod({
		"hostUsers": false,
		"containers": [object.union(testing.container, {"securityContext": {"procMount": "Unmasked"}})],
	})
	{found.details.fix | some found in got} == {[
		{"op": "test", "path": "/spec/containers/0/securityContext", "value": {"procMount": "Unmasked"}},
		{"op": "remove", "path": "/spec/containers/0/securityContext"},
		{"op": "test", "path": "/spec/hostUsers", "value": false},
		{"op": "remove", "path": "/spec/hostUsers"},
		{"op": "add", "path": "/spec/os", "value": {"name": "windows"}},
	]}
}

test_workload if {
	got := host_namespaces.finding with input as testing.deployment(object.union(testing.windows, {"hostPID": true}))
	got == {_denied("spec.template.spec.hostPID", true)}
}

_denied(field, value) := testing.expected(
	"deny",
	"host-namespaces",
	{"field": field, "says": "Windows pods cannot share this namespace, so the API server rejects the pod. Remove the field."},
	{
		"enforcedBy": "apiserver",
		"fix": _removal(field, value),
	},
)

_warned(field, value) := testing.expected(
	"warn",
	"host-namespaces",
	{"field": field, "says": "Windows pods cannot share this namespace, so Windows ignores the field. Remove the field."},
	{
		"enforcedBy": "advice",
		"because": "nodeSelector kubernetes.io/os is windows",
		"fix": _removal(field, value),
	},
)

_removal(field, value) := [{"op": "test", "path": pointer, "value": value}, {"op": "remove", "path": pointer}] if {
	pointer := concat("", ["/", replace(field, ".", "/")])
}
