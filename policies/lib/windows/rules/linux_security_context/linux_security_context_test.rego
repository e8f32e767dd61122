package lib.windows.rules.linux_security_context_test

import data.lib.windows.config
import data.lib.windows.rules.linux_security_context
import data.lib.windows.testing_test as testing

# Each field, with a value that looks unset.
_pod_context := {
	"appArmorProfile": {},
	"fsGroup": 0,
	"fsGroupChangePolicy": "",
	"runAsGroup": 0,
	"runAsUser": 0,
	"seLinuxChangePolicy": "",
	"seLinuxOptions": {},
	"seccompProfile": {},
	"supplementalGroups": [],
	"supplementalGroupsPolicy": "",
	"sysctls": [{"name": "a", "value": "b"}],
}

_container_context := {
	"allowPrivilegeEscalation": false,
	"appArmorProfile": {},
	"capabilities": {},
	"privileged": false,
	"procMount": "",
	"readOnlyRootFilesystem": false,
	"runAsGroup": 0,
	"runAsUser": 0,
	"seLinuxOptions": {},
	"seccompProfile": {},
}

_remedies := {
	"privileged": "Remove the field, or use hostProcess.",
	"runAsUser": "Remove the field, or use runAsUserName.",
}

_effects := {
	"readOnlyRootFilesystem": "On Windows the root is writable. Set spec.os.name: windows and remove the field.",
	"runAsUser": "Windows ignores it; until Kubernetes 1.30 pods fail. Set spec.os.name: windows and remove it.",
}

test_declared_pod[name] if {
	some name, value in _pod_context
	got := linux_security_context.finding with input as testing.windows_pod({"securityContext": {name: value}})
	got == {_denied("spec.securityContext", name, {name: value}, {})}
}

test_declared_container[name] if {
	some list in _lists
	some field, value in _container_context
	name := sprintf("%s %s", [list, field])
	got := linux_security_context.finding with input as testing.windows_pod(_listed(list, {field: value}))
	path := sprintf("spec.%s[1].securityContext", [list])
	got == {_denied(path, field, {field: value}, {"container": "second"})}
}

test_inferred_pod[name] if {
	some name, value in object.remove(_pod_context, ["sysctls"])
	got := linux_security_context.finding with input as testing.inferred_pod({"securityContext": {name: value}})
	got == {_ignored("spec.securityContext", name, {name: value}, {})}
}

test_inferred_container[name] if {
	some list in _lists
	some field, value in object.union(_container_context, {"privileged": true})
	name := sprintf("%s %s", [list, field])
	got := linux_security_context.finding with input as testing.inferred_pod(_listed(list, {field: value}))
	path := sprintf("spec.%s[1].securityContext", [list])
	got == {_ignored(path, field, {field: value}, {"container": "second"})}
}

test_refused_by_the_kubelet[name] if {
	because := {"because": "nodeSelector kubernetes.io/os is windows"}
	some name, tc in {
		"sysctls": {"context": {"sysctls": [{"name": "net.core.somaxconn", "value": "1"}]}, "want": {_refused(
			"deny",
			"sysctls",
			[{"name": "net.core.somaxconn", "value": "1"}],
			"The kubelet on Windows allows no sysctl, so it rejects the pod.",
		)}},
		"no sysctls": {"context": {"sysctls": []}, "want": set()},
		"sysctls null": {"context": {"sysctls": null}, "want": set()},
		"Strict": {"context": {"supplementalGroupsPolicy": "Strict"}, "want": {_refused(
			"warn",
			"supplementalGroupsPolicy",
			"Strict",
			"With containerd 1.7, the kubelet rejects Strict.",
		)}},
		"Merge": {"context": {"supplementalGroupsPolicy": "Merge"}, "want": {_ignored(
			"spec.securityContext",
			"supplementalGroupsPolicy",
			{"supplementalGroupsPolicy": "Merge"},
			{},
		)}},
	}
	got := linux_security_context.finding with input as testing.inferred_pod({"securityContext": tc.context})
	got == {object.union(found, {"details": because}) | some found in tc.want}
}

test_run_as_user_of_a_version[version] if {
	some version, says in {
		"1.28.15": _hangs,
		"1.29": _hangs,
		"1.29.12": _hangs,
		"1.29.13": "Windows ignores this field. Set spec.os.name: windows and remove the field.",
		"1.30": _hangs,
		"1.30.8": _hangs,
		"1.30.9": "Windows ignores this field. Set spec.os.name: windows and remove the field.",
		"1.31": "Windows ignores this field. Set spec.os.name: windows and remove the field.",
		"1.36.3": "Windows ignores this field. Set spec.os.name: windows and remove the field.",
	}
	got := linux_security_context.finding with input as testing.inferred_pod({"securityContext": {"runAsUser": 1}})
		with config as {"kubernetesVersion": version}
	got == {testing.expected(
		"warn",
		"linux-security-context",
		{"field": "spec.securityContext.runAsUser", "says": says},
		{
			"enforcedBy": "advice",
			"because": "nodeSelector kubernetes.io/os is windows",
			"fix": _declaring("spec.securityContext", {"runAsUser": 1}),
		},
	)}
}

_hangs := "The kubelet cannot chown files, so the pod hangs. Set spec.os.name: windows and remove it."

test_silent[name] if {
	of_container := object.union(
		{field: null | some field, _ in _container_context},
		{"runAsNonRoot": true, "windowsOptions": {"runAsUserName": "ContainerUser"}, "unheardOf": null},
	)
	of_pod := object.union(
		{field: null | some field, _ in _pod_context},
		{"runAsNonRoot": false, "windowsOptions": {}, "unheardOf": null},
	)
	some name, manifest in {
		"nothing": testing.windows_pod({}),
		"fields for Windows, and null": testing.windows_pod(object.union(
			{"securityContext": of_pod},
			_listed("containers", of_container),
		)),
		"no sysctls": testing.windows_pod({"securityContext": {"sysctls": []}}),
		"privileged false and inferred Windows": testing.inferred_pod(_listed("containers", {"privileged": false})),
		"null contexts": testing.windows_pod(object.union({"securityContext": null}, _listed("containers", null))),
		"contexts of the wrong type": testing.windows_pod(object.union(
			{"securityContext": "privileged"},
			_listed("containers", ["privileged"]),
		)),
	}
	got := linux_security_context.finding with input as manifest
	got == set()
}

# A container does not have all fields of the pod's securityContext, and the pod does not have all of a container's.
test_unknown[name] if {
	some name, tc in {
		"in the pod": {
			"fields": {"securityContext": {"futureField": false}},
			"want": {_unknown("spec.securityContext.futureField", {})},
		},
		"a container's field in the pod": {
			"fields": {"securityContext": {"privileged": true}},
			"want": {_unknown("spec.securityContext.privileged", {})},
		},
		"in a container": {
			"fields": _listed("initContainers", {"futureField": {}}),
			"want": {_unknown("spec.initContainers[1].securityContext.futureField", {"container": "second"})},
		},
		"the pod's field in a container": {
			"fields": _listed("containers", {"fsGroup": 0}),
			"want": {_unknown("spec.containers[1].securityContext.fsGroup", {"container": "second"})},
		},
	}
	declared := linux_security_context.finding with input as testing.windows_pod(tc.fields)
	declared == tc.want
	inferred := linux_security_context.finding with input as testing.inferred_pod(tc.fields)
	because := {"because": "nodeSelector kubernetes.io/os is windows"}
	inferred == {object.union(found, {"details": because}) | some found in tc.want}
}

test_profile_annotations[name] if {
	some name, tc in {
		"AppArmor": {
			"annotations": {"container.apparmor.security.beta.kubernetes.io/app": "runtime/default"},
			"want": {"container.apparmor.security.beta.kubernetes.io/app"},
		},
		"seccomp": {
			"annotations": {"seccomp.security.alpha.kubernetes.io/pod": "runtime/default"},
			"want": {"seccomp.security.alpha.kubernetes.io/pod"},
		},
		"one of several": {
			"annotations": {"a": "b", "seccomp.security.alpha.kubernetes.io/pod": ""},
			"want": {"seccomp.security.alpha.kubernetes.io/pod"},
		},
		"a key that only contains the prefix": {
			"annotations": {"my.seccomp.security.alpha.kubernetes.io/pod": "x"},
			"want": set(),
		},
		"null": {"annotations": null, "want": set()},
		"a list": {"annotations": ["seccomp.security.alpha.kubernetes.io/pod"], "want": set()},
	}
	pod := object.union(testing.windows_pod({}), {"metadata": {"annotations": tc.annotations}})
	of_pod := linux_security_context.finding with input as pod
	of_pod == {_profile("metadata.annotations", key, tc.annotations) | some key in tc.want}
	workload := object.union(
		testing.deployment(testing.windows),
		{"spec": {"template": {"metadata": {"annotations": tc.annotations}}}},
	)
	of_workload := linux_security_context.finding with input as workload
	of_workload == {_profile("spec.template.metadata.annotations", key, tc.annotations) | some key in tc.want}
}

test_profile_annotations_of_the_workload_itself if {
	got := linux_security_context.finding with input as object.union(
		testing.deployment(testing.windows),
		{"metadata": {"annotations": {"seccomp.security.alpha.kubernetes.io/pod": "x"}}},
	)
	got == set()
}

test_container_without_a_name if {
	got := linux_security_context.finding with input as testing.windows_pod({"containers": [
		object.remove(testing.container, ["name"]),
		{"securityContext": {"privileged": true}},
	]})
	got == {_denied("spec.containers[1].securityContext", "privileged", {"privileged": true}, {"container": "containers[1]"})}
}

test_field_beside_privileged_false if {
	context := {"privileged": false, "procMount": "Default"}
	got := linux_security_context.finding with input as testing.inferred_pod(_listed("containers", context))
	got == {_ignored("spec.containers[1].securityContext", "procMount", context, {"container": "second"})}
}

# Each finding has the fix of the whole pod, because the API server accepts the name only without all these fields.
test_inferred_pod_and_containers_at_once if {
	got := linux_security_context.finding with input as testing.inferred_pod(object.union(
		{"hostPID": true, "securityContext": {"runAsNonRoot": true, "sysctls": [{"name": "a", "value": "b"}]}},
		_listed("containers", {"privileged": true, "runAsGroup": 0}),
	))
	{[found.details.field, found.details.fix] | some found in got} == {[field, [
		{
			"op": "test",
			"path": "/spec/containers/1/securityContext",
			"value": {"privileged": true, "runAsGroup": 0},
		},
		{"op": "remove", "path": "/spec/containers/1/securityContext"},
		{"op": "test", "path": "/spec/hostPID", "value": true},
		{"op": "remove", "path": "/spec/hostPID"},
		{"op": "test", "path": "/spec/securityContext/sysctls", "value": [{"name": "a", "value": "b"}]},
		{"op": "remove", "path": "/spec/securityContext/sysctls"},
		{"op": "add", "path": "/spec/os", "value": {"name": "windows"}},
	]] |
		some field in [
			"spec.containers[1].securityContext.privileged",
			"spec.containers[1].securityContext.runAsGroup",
			"spec.securityContext.sysctls",
		]
	}
}

test_pod_and_containers_at_once if {
	context := {"runAsUser": 1000, "runAsGroup": 0}
	got := linux_security_context.finding with input as testing.windows_pod(object.union(
		{"securityContext": {"runAsUser": 0}},
		_listed("containers", context),
	))
	got == {
		_denied("spec.securityContext", "runAsUser", {"runAsUser": 0}, {}),
		_denied("spec.containers[1].securityContext", "runAsUser", context, {"container": "second"}),
		_denied("spec.containers[1].securityContext", "runAsGroup", context, {"container": "second"}),
	}
}

_lists := ["initContainers", "containers", "ephemeralContainers"]

_listed(list, context) := {list: [
	{"name": "first", "image": "example.com/first"},
	{"name": "second", "image": "example.com/second", "securityContext": context},
]}

# The finding about a field of a securityContext: path is that of the context.
_denied(path, name, context, more) := testing.expected(
	"deny",
	"linux-security-context",
	{
		"field": concat(".", [path, name]),
		"says": concat(" ", [
			"The API server rejects this field in a Windows pod.",
			object.get(_remedies, name, "Remove the field."),
		]),
	},
	object.union(more, {"enforcedBy": "apiserver", "fix": _removal(path, name, context)}),
)

_ignored(path, name, context, more) := testing.expected(
	"warn",
	"linux-security-context",
	{
		"field": concat(".", [path, name]),
		"says": object.get(
			_effects,
			name,
			"Windows ignores this field. Set spec.os.name: windows and remove the field.",
		),
	},
	object.union(more, {
		"enforcedBy": "advice",
		"because": "nodeSelector kubernetes.io/os is windows",
		"fix": _declaring(path, context),
	}),
)

_unknown(field, more) := testing.expected(
	"warn",
	"linux-security-context",
	{"field": field, "says": "This field is not known to work on Windows. Use only windowsOptions and runAsNonRoot."},
	object.union(more, {"enforcedBy": "advice"}),
)

_profile(path, key, annotations) := testing.expected(
	"warn",
	"linux-security-context",
	{
		"field": sprintf("%s[%s]", [path, key]),
		"says": "Windows ignores this profile and does not confine the container. Remove the annotation.",
	},
	{"enforcedBy": "advice", "fix": _removal(path, key, annotations)},
)

_refused(severity, name, value, says) := testing.expected(
	severity,
	"linux-security-context",
	{
		"field": concat(".", ["spec.securityContext", name]),
		"says": concat(" ", [says, "Set spec.os.name: windows and remove the field."]),
	},
	{"enforcedBy": "kubelet", "fix": _declaring("spec.securityContext", {name: value})},
)

# The operations that remove an entry of the map at a path, and the map too if the entry is its only one.
_removal(path, key, entries) := [
	{"op": "test", "path": _pointer(path), "value": entries},
	{"op": "remove", "path": _pointer(path)},
] if {
	count(entries) == 1
} else := [
	{"op": "test", "path": pointer, "value": entries[key]},
	{"op": "remove", "path": pointer},
] if {
	pointer := concat("/", [_pointer(path), replace(key, "/", "~1")])
}

# The operations that remove a securityContext that has only Linux-only fields, and declare Windows.
_declaring(path, context) := [
	{"op": "test", "path": _pointer(path), "value": context},
	{"op": "remove", "path": _pointer(path)},
	{"op": "add", "path": "/spec/os", "value": {"name": "windows"}},
]

_pointer(path) := concat("", ["/", replace(replace(replace(path, "[", "/"), "]", ""), ".", "/")])
