package lib.windows.linux_only_test

import data.lib.windows.linux_only
import data.lib.windows.testing_test as testing

_flags := {"hostIPC", "hostPID"}

_pointers := {"hostUsers", "shareProcessNamespace"}

_values := [true, false, 0, 1, "", "x", {}, []]

test_flags_count_only_if_true[name] if {
	some field in _flags
	some value in array.concat(_values, [null])
	name := sprintf("%s: %v", [field, value])
	got := linux_only.namespaces with input as testing.pod({field: value})
	got == {field | value == true}
}

test_pointers_count_with_any_value[name] if {
	some field in _pointers
	some value in _values
	name := sprintf("%s: %v", [field, value])
	got := linux_only.namespaces with input as testing.pod({field: value})
	got == {field}
}

test_fields_of_the_pod_count_with_any_value[name] if {
	some field in (linux_only.pod_fields - {"sysctls"})
	some value in _values
	name := sprintf("%s: %v", [field, value])
	got := linux_only.of_pod with input as testing.pod({"securityContext": {field: value}})
	got == {field}
}

test_fields_of_a_container_count_with_any_value[name] if {
	some list in ["initContainers", "containers", "ephemeralContainers"]
	some field in linux_only.container_fields
	some value in _values
	name := sprintf("%s %s: %v", [list, field, value])
	manifest := testing.pod({list: [{"name": "app", "securityContext": {field: value}}]})
	got := {[entry.container.list, entry.name] | some entry in linux_only.of_containers} with input as manifest
	got == {[list, field]}
}

test_sysctls[name] if {
	some name, tc in {
		"some": {"value": [{"name": "a", "value": "b"}], "want": {"sysctls"}},
		"none": {"value": [], "want": set()},
		"null": {"value": null, "want": set()},
		"not a list": {"value": 1, "want": {"sysctls"}},
	}
	got := linux_only.of_pod with input as testing.pod({"securityContext": {"sysctls": tc.value}})
	got == tc.want
}

test_null_is_not_set if {
	of_pod := {field: null | some field in linux_only.pod_fields}
	of_container := {field: null | some field in linux_only.container_fields}
	got := linux_only.set_fields with input as testing.pod({
		"hostUsers": null,
		"shareProcessNamespace": null,
		"resources": null,
		"securityContext": of_pod,
		"containers": [{"name": "app", "securityContext": of_container}],
	})
	got == set()
}

test_fields_of_windows_are_not_linux_only if {
	context := {"runAsNonRoot": true, "windowsOptions": {"runAsUserName": "ContainerUser"}}
	got := linux_only.set_fields with input as testing.pod({
		"hostNetwork": true,
		"securityContext": context,
		"containers": [{"name": "app", "securityContext": context}],
	})
	got == set()
}

test_set_fields if {
	manifest := testing.deployment({
		"hostPID": true,
		"resources": {},
		"securityContext": {"fsGroup": 0},
		"initContainers": [{}, {"name": "app", "securityContext": {"privileged": false}}],
	})
	got := linux_only.set_fields with input as manifest
	got == {
		"spec.template.spec.hostPID",
		"spec.template.spec.resources",
		"spec.template.spec.securityContext.fsGroup",
		"spec.template.spec.initContainers[1].securityContext.privileged",
	}
}

test_security_context_of_the_wrong_type[name] if {
	some value in [null, true, 1, "privileged", [], ["privileged"]]
	name := sprintf("%v", [value])
	manifest := testing.pod({"securityContext": value, "containers": [{"name": "app", "securityContext": value}]})
	got := linux_only.set_fields with input as manifest
	got == set()
}

# The API server's own list (validateWindows of v1.37.2).
test_fields_are_those_that_the_api_server_rejects if {
	linux_only.pod_fields == {
		"appArmorProfile", "fsGroup", "fsGroupChangePolicy", "runAsGroup", "runAsUser", "seLinuxChangePolicy",
		"seLinuxOptions", "seccompProfile", "supplementalGroups", "supplementalGroupsPolicy", "sysctls",
	}
	linux_only.container_fields == {
		"allowPrivilegeEscalation", "appArmorProfile", "capabilities", "privileged", "procMount",
		"readOnlyRootFilesystem", "runAsGroup", "runAsUser", "seLinuxOptions", "seccompProfile",
	}
}
