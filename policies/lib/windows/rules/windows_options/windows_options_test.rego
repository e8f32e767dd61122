package lib.windows.rules.windows_options_test

import data.lib.windows.rules.windows_options
import data.lib.windows.testing_test as testing

_pod := "spec.securityContext.windowsOptions"

_in_pod(options) := testing.windows_pod({"securityContext": {"windowsOptions": options}})

test_misspelt[name] if {
	some name, tc in {
		"runAsUsername": {"meant": "runAsUserName", "fix": true},
		"RunAsUserName": {"meant": "runAsUserName", "fix": true},
		"run_as_user_name": {"meant": "runAsUserName", "fix": true},
		"gmsaCredentialSpecname": {"meant": "gmsaCredentialSpecName", "fix": true},
		"GMSACredentialSpec": {"meant": "gmsaCredentialSpec", "fix": true},
		"runAsUser": {"meant": "runAsUserName", "fix": false},
		"userName": {"meant": "runAsUserName", "fix": false},
		"hostprocess": {"meant": "hostProcess", "fix": false},
		"hostProcesses": {"meant": "hostProcess", "fix": false},
		"credentialSpecName": {"meant": "gmsaCredentialSpecName", "fix": false},
	}
	got := windows_options.finding with input as _in_pod({name: "x"})
	got == {_meant(concat(".", [_pod, name]), tc.meant, _renaming(name, tc.meant, tc.fix))}
}

test_fields_that_no_name_is_like[name] if {
	some name in ["runAsNonRoot", "seccompProfile", "x", "a.b", ""]
	got := windows_options.finding with input as _in_pod({name: "x"})
	got == {_unknown(concat(".", [_pod, name]), {})}
}

test_place[name] if {
	some name in ["initContainers", "containers", "ephemeralContainers"]
	got := windows_options.finding with input as testing.windows_pod({name: [
		testing.container,
		{"name": "second", "securityContext": {"windowsOptions": {"userName": "ContainerUser", "x": 1}}},
	]})
	field := sprintf("spec.%s[1].securityContext.windowsOptions", [name])
	got == {
		_meant(concat(".", [field, "userName"]), "runAsUserName", {"container": "second"}),
		_unknown(concat(".", [field, "x"]), {"container": "second"}),
	}
}

test_right_field_beside_the_misspelt_one if {
	got := windows_options.finding with input as _in_pod({"runAsUserName": "ContainerUser", "runAsUsername": "x"})
	got == {_meant(concat(".", [_pod, "runAsUsername"]), "runAsUserName", {})}
}

test_right_field_that_is_null if {
	got := windows_options.finding with input as _in_pod({"runAsUserName": null, "runAsUsername": "x"})
	got == {_meant(concat(".", [_pod, "runAsUsername"]), "runAsUserName", {"fix": array.concat(
		[
			{"op": "test", "path": "/spec/securityContext/windowsOptions/runAsUserName", "value": null},
			{"op": "remove", "path": "/spec/securityContext/windowsOptions/runAsUserName"},
		],
		_renaming("runAsUsername", "runAsUserName", true).fix,
	)})}
}

test_no_os if {
	got := windows_options.finding with input as testing.pod({
		"containers": [testing.container],
		"securityContext": {"windowsOptions": {"userName": "x"}},
	})
	got == {_meant(concat(".", [_pod, "userName"]), "runAsUserName", {})}
}

test_workload if {
	got := windows_options.finding with input as testing.deployment(object.union(
		testing.windows,
		{"securityContext": {"windowsOptions": {"userName": "x"}}},
	))
	got == {_meant("spec.template.spec.securityContext.windowsOptions.userName", "runAsUserName", {})}
}

test_silent[name] if {
	some name, manifest in {
		"all four fields": _in_pod({
			"gmsaCredentialSpec": "{}",
			"gmsaCredentialSpecName": "web",
			"hostProcess": false,
			"runAsUserName": "ContainerUser",
		}),
		"no options": _in_pod({}),
		"null": _in_pod({"runAsUsername": null}),
		"options of the wrong type": _in_pod(["runAsUsername"]),
		"nothing": testing.windows_pod({}),
		"a pod that declares linux": testing.pod({
			"os": {"name": "linux"},
			"containers": [testing.container],
			"securityContext": {"windowsOptions": {"runAsUsername": "x"}},
		}),
		"a null spec": testing.pod(null),
	}
	got := windows_options.finding with input as manifest
	got == set()
}

_renaming(_, _, false) := {}

_renaming(name, meant, true) := {"fix": [
	{"op": "test", "path": sprintf("%s/%s", [pointer, name]), "value": "x"},
	{"op": "move", "from": sprintf("%s/%s", [pointer, name]), "path": sprintf("%s/%s", [pointer, meant])},
]} if {
	pointer := "/spec/securityContext/windowsOptions"
}

_meant(field, meant, more) := _found(
	{
		"field": field,
		"says": sprintf("The API server knows no such field and drops it. Did you mean %s?", [meant]),
	},
	more,
)

_unknown(field, more) := _found(
	{"field": field, "says": "The API server knows no such field and drops it. Remove the field."},
	more,
)

_found(about, more) := testing.expected("warn", "windows-options", about, object.union(
	{"because": "windowsOptions is set", "enforcedBy": "advice"},
	more,
))
