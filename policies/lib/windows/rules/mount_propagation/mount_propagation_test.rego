package lib.windows.rules.mount_propagation_test

import data.lib.windows.rules.mount_propagation
import data.lib.windows.testing_test as testing

_inferred := {"because": "nodeSelector kubernetes.io/os is windows"}

test_declared[name] if {
	some list in _lists
	some value, tc in {
		"Bidirectional": {"severity": "deny", "says": _denied, "by": "apiserver"},
		"HostToContainer": {"severity": "warn", "says": _warned, "by": "advice"},
	}
	name := sprintf("%s %s", [list, value])
	got := mount_propagation.finding with input as testing.windows_pod(_listed(list, {"mountPropagation": value}))
	got == {_found(tc.severity, sprintf("spec.%s[1].volumeMounts[1].mountPropagation", [list]), value, {
		"says": tc.says,
		"enforcedBy": tc.by,
	})}
}

test_inferred[name] if {
	some list in _lists
	some value, tc in {
		"Bidirectional": {"severity": "deny", "says": _denied, "by": "apiserver"},
		"HostToContainer": {"severity": "warn", "says": _warned, "by": "advice"},
	}
	name := sprintf("%s %s", [list, value])
	got := mount_propagation.finding with input as testing.inferred_pod(_listed(list, {"mountPropagation": value}))
	got == {object.union(
		_found(tc.severity, sprintf("spec.%s[1].volumeMounts[1].mountPropagation", [list]), value, {
			"says": tc.says,
			"enforcedBy": tc.by,
		}),
		{"details": _inferred},
	)}
}

# The API server accepts a privileged container of a pod that does not declare its OS.
test_privileged if {
	pod := {"containers": [testing.container, {
		"name": "second",
		"securityContext": {"privileged": true},
		"volumeMounts": [null, {"mountPropagation": "Bidirectional"}],
	}]}
	got := mount_propagation.finding with input as testing.inferred_pod(pod)
	got == {object.union(
		_found("warn", "spec.containers[1].volumeMounts[1].mountPropagation", "Bidirectional", {
			"says": _warned,
			"enforcedBy": "advice",
		}),
		{"details": _inferred},
	)}
}

test_silent[name] if {
	some name, fields in {
		"nothing": {},
		"no mountPropagation": _listed("containers", {}),
		"None": _listed("containers", {"mountPropagation": "None"}),
		"null": _listed("containers", {"mountPropagation": null}),
		"an unknown value": _listed("containers", {"mountPropagation": "Shared"}),
		"the wrong type": _listed("containers", {"mountPropagation": ["Bidirectional"]}),
		"null mounts": {"containers": [object.union(testing.container, {"volumeMounts": null})]},
		"a null mount": _listed("containers", null),
		"mounts of the wrong type": {"containers": [object.union(testing.container, {"volumeMounts": "Bidirectional"})]},
	}
	some manifest in [testing.windows_pod(fields), testing.inferred_pod(fields)]
	got := mount_propagation.finding with input as manifest
	got == set()
}

test_workload if {
	got := mount_propagation.finding with input as testing.deployment(object.union(
		testing.windows,
		_listed("containers", {"mountPropagation": "Bidirectional"}),
	))
	field := "spec.template.spec.containers[1].volumeMounts[1].mountPropagation"
	got == {_found("deny", field, "Bidirectional", {"says": _denied, "enforcedBy": "apiserver"})}
}

_lists := ["initContainers", "containers", "ephemeralContainers"]

_denied := "Only a privileged container can have Bidirectional, so the API server rejects the pod. Remove it."

_warned := "Windows does not propagate mounts, so the kubelet ignores the field. Remove the field."

_listed(list, mount) := {list: [
	testing.container,
	{"name": "second", "volumeMounts": [{"name": "first", "mountPath": `C:\first`}, mount]},
]}

_found(severity, field, value, about) := testing.expected(
	severity,
	"mount-propagation",
	{"field": field, "says": about.says},
	{
		"container": "second",
		"enforcedBy": about.enforcedBy,
		"fix": [{"op": "test", "path": pointer, "value": value}, {"op": "remove", "path": pointer}],
	},
) if {
	pointer := concat("", ["/", replace(replace(replace(field, "[", "/"), "]", ""), ".", "/")])
}
