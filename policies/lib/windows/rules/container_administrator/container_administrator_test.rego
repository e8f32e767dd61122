package lib.windows.rules.container_administrator_test

import data.lib.windows.config
import data.lib.windows.rules.container_administrator
import data.lib.windows.testing_test as testing

# A pod with this securityContext, and one container with its own.
_pod(context, own) := testing.windows_pod({
	"securityContext": context,
	"containers": [object.union(testing.container, {"securityContext": own})],
})

_user(name) := {"runAsUserName": name}

test_silent[name] if {
	some name, manifest in {
		"an ordinary pod": testing.windows_pod({}),
		"ContainerAdministrator without runAsNonRoot": _pod({"windowsOptions": _user("ContainerAdministrator")}, {}),
		"ContainerAdministrator with runAsNonRoot false": _pod(
			{"runAsNonRoot": false, "windowsOptions": _user("ContainerAdministrator")},
			{},
		),
		"ContainerUser": _pod({"runAsNonRoot": true, "windowsOptions": _user("ContainerUser")}, {}),
		"a user of a domain": _pod({"runAsNonRoot": true, "windowsOptions": _user(`CORP\web`)}, {}),
		"a name that only ends like Administrator": _pod({"runAsNonRoot": true, "windowsOptions": _user("NotAdministrator")}, {}),
		"SYSTEM of another domain": _pod({"runAsNonRoot": true, "windowsOptions": _user(`CORP\SYSTEM`)}, {}),
		"the container overrides the user": _pod(
			{"runAsNonRoot": true, "windowsOptions": _user("ContainerAdministrator")},
			{"windowsOptions": _user("ContainerUser")},
		),
		"the container overrides runAsNonRoot": _pod(
			{"runAsNonRoot": true, "windowsOptions": _user("ContainerAdministrator")},
			{"runAsNonRoot": false},
		),
		"no user and an image with an unknown user": testing.windows_pod({
			"securityContext": {"runAsNonRoot": true},
			"containers": [
				{"name": "a", "image": "example.com/app:1.0-windowsservercore-ltsc2022"},
				{"name": "b", "image": "mcr.microsoft.com/windows/nanoserver:ltsc2022"},
				{"name": "c", "image": null},
				{"name": "d"},
			],
		}),
		"a HostProcess container without user": testing.pod(object.union(testing.host_process, {
			"securityContext": {"runAsNonRoot": true, "windowsOptions": {"hostProcess": true, "runAsUserName": null}},
		})),
		"a HostProcess container as SYSTEM": testing.pod(object.union(
			testing.host_process,
			{"securityContext": {"runAsNonRoot": true}},
		)),
		"a user of the wrong type": _pod({"runAsNonRoot": true, "windowsOptions": _user(["ContainerAdministrator"])}, {}),
		"runAsNonRoot of the wrong type": _pod(
			{"runAsNonRoot": "true", "windowsOptions": _user("ContainerAdministrator")},
			{},
		),
		"a null spec": testing.pod(null),
	}
	got := container_administrator.finding with input as manifest
	got == set()
}

test_container_administrator_with_run_as_non_root[name] if {
	some name, tc in {
		"both fields in the pod": {
			"input": _pod({"runAsNonRoot": true, "windowsOptions": _user("ContainerAdministrator")}, {}),
			"want": {_denied("spec.securityContext", {})},
		},
		"the name in another case": {
			"input": _pod({"runAsNonRoot": true, "windowsOptions": _user("containerADMINISTRATOR")}, {}),
			"want": {_denied("spec.securityContext", {})},
		},
		"both fields in the container": {
			"input": _pod({}, {"runAsNonRoot": true, "windowsOptions": _user("ContainerAdministrator")}),
			"want": {_denied("spec.containers[0].securityContext", {"container": "app"})},
		},
		"the user in the pod": {
			"input": _pod({"windowsOptions": _user("ContainerAdministrator")}, {"runAsNonRoot": true}),
			"want": {_denied("spec.securityContext", {})},
		},
		"the user in the container": {
			"input": _pod({"runAsNonRoot": true}, {"windowsOptions": _user("ContainerAdministrator")}),
			"want": {_denied("spec.containers[0].securityContext", {"container": "app"})},
		},
		"an init container": {
			"input": testing.windows_pod({"initContainers": [{
				"name": "init",
				"securityContext": {"runAsNonRoot": true, "windowsOptions": _user("ContainerAdministrator")},
			}]}),
			"want": {_denied("spec.initContainers[0].securityContext", {"container": "init"})},
		},
		"an ephemeral container": {
			"input": testing.windows_pod({"ephemeralContainers": [{
				"name": "debug",
				"securityContext": {"runAsNonRoot": true, "windowsOptions": _user("ContainerAdministrator")},
			}]}),
			"want": {_denied("spec.ephemeralContainers[0].securityContext", {"container": "debug"})},
		},
		"a HostProcess container": {
			"input": testing.pod(object.union(testing.host_process, {"securityContext": {
				"runAsNonRoot": true,
				"windowsOptions": _user("ContainerAdministrator"),
			}})),
			"want": {_denied("spec.securityContext", {})},
		},
		"a Deployment": {
			"input": testing.deployment(object.union(testing.windows, {"securityContext": {
				"runAsNonRoot": true,
				"windowsOptions": _user("ContainerAdministrator"),
			}})),
			"want": {_denied("spec.template.spec.securityContext", {})},
		},
	}
	got := container_administrator.finding with input as tc.input
	got == tc.want
}

test_other_administrators_with_run_as_non_root[user] if {
	some user in [
		`.\ContainerAdministrator`, `User Manager\containeradministrator`, "Administrator", `.\Administrator`,
		`CORP\administrator`, `NT AUTHORITY\SYSTEM`, `nt authority\system`, "SYSTEM", "system",
	]
	got := container_administrator.finding with input as _pod({"runAsNonRoot": true, "windowsOptions": _user(user)}, {})
	got == {_warned(
		"spec.securityContext.windowsOptions.runAsUserName",
		"This user is an administrator; runAsNonRoot does not stop it. Use ContainerUser.",
		{},
	)}
}

test_forbidden_user_names[name] if {
	some name, tc in {
		"another name": {"names": ["svc-admin"], "user": `CORP\SVC-Admin`, "count": 1},
		"a name with the same domain": {"names": [`CORP\svc`], "user": `corp\svc`, "count": 1},
		"a name with another domain": {"names": [`CORP\svc`], "user": `OTHER\svc`, "count": 0},
		"a list without the default names": {"names": [], "user": "Administrator", "count": 0},
		"the wrong type keeps the default": {"names": [1], "user": "Administrator", "count": 1},
	}
	got := container_administrator.finding with input as _pod(
		{"runAsNonRoot": true},
		{"windowsOptions": _user(tc.user)},
	)
		with config as _parameters({"forbiddenUserNames": tc.names})
	count(got) == tc.count
}

test_default_user_of_the_image[image] if {
	some image in [
		"mcr.microsoft.com/windows/servercore:ltsc2022", "mcr.microsoft.com/windows/server:ltsc2022",
		"mcr.microsoft.com/windows:1809", "mcr.microsoft.com/dotnet/framework/aspnet:4.8",
	]
	got := container_administrator.finding with input as testing.windows_pod({
		"securityContext": {"runAsNonRoot": true},
		"containers": [{"name": "a", "image": "example.com/app"}, {"name": "b", "image": image}],
	})
	got == {_warned(
		"spec.containers[1].securityContext.windowsOptions.runAsUserName",
		"runAsNonRoot misses the image's user, an administrator. Set ContainerUser.",
		{"container": "b"},
	)}
}

test_require_run_as_non_root[name] if {
	some name, tc in {
		"not set in two containers": {
			"input": testing.windows_pod({"containers": [{"name": "a"}, {"name": "b"}]}),
			"want": {_unset("spec.securityContext.runAsNonRoot", "true", {})},
		},
		"false": {
			"input": _pod({"runAsNonRoot": false}, {}),
			"want": {_unset("spec.securityContext.runAsNonRoot", "true", {})},
		},
		"false for a container": {
			"input": _pod({"runAsNonRoot": true, "windowsOptions": _user("ContainerUser")}, {"runAsNonRoot": false}),
			"want": {_unset("spec.containers[0].securityContext.runAsNonRoot", "true", {"container": "app"})},
		},
		"true": {"input": _pod({"runAsNonRoot": true, "windowsOptions": _user("ContainerUser")}, {}), "want": set()},
		"HostProcess": {"input": testing.pod(testing.host_process), "want": set()},
	}
	got := container_administrator.finding with input as tc.input
		with config as _parameters({"requireRunAsNonRoot": true})
	got == tc.want
}

test_require_run_as_user_name[name] if {
	some name, tc in {
		"not set in two containers": {
			"input": testing.windows_pod({"containers": [{"name": "a"}, {"name": "b"}]}),
			"want": {_unset("spec.securityContext.windowsOptions.runAsUserName", "ContainerUser", {})},
		},
		"null": {
			"input": _pod({}, {"windowsOptions": _user(null)}),
			"want": {_unset("spec.securityContext.windowsOptions.runAsUserName", "ContainerUser", {})},
		},
		"set for the pod": {"input": _pod({"windowsOptions": _user("ContainerUser")}, {}), "want": set()},
		"set for the container": {"input": _pod({}, {"windowsOptions": _user("ContainerUser")}), "want": set()},
		"HostProcess": {
			"input": testing.pod(object.union(
				testing.host_process,
				{"securityContext": {"windowsOptions": {"runAsUserName": null}}},
			)),
			"want": set(),
		},
	}
	got := container_administrator.finding with input as tc.input
		with config as _parameters({"requireRunAsUserName": true})
	got == tc.want
}

test_require_parameters_that_are_not_true if {
	got := container_administrator.finding with input as testing.windows_pod({})
		with config as _parameters({"requireRunAsNonRoot": false, "requireRunAsUserName": "true"})
	got == set()
}

_parameters(values) := {"rules": {"container-administrator": {"parameters": values}}}

_denied(place, more) := testing.expected(
	"deny",
	"container-administrator",
	{
		"field": concat(".", [place, "windowsOptions.runAsUserName"]),
		"says": "With runAsNonRoot the kubelet rejects this user. Set ContainerUser.",
	},
	object.union(more, {"enforcedBy": "kubelet"}),
)

_unset(field, value, more) := _warned(
	field,
	{
		"true": "The configuration requires this field, and it is not true. Set the field to true.",
		"ContainerUser": "The configuration requires a user name. Set ContainerUser.",
	}[value],
	more,
)

_warned(field, says, more) := testing.expected(
	"warn",
	"container-administrator",
	{"field": field, "says": says},
	object.union(more, {"enforcedBy": "advice"}),
)
