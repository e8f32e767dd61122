package lib.windows.rules.host_process_account_test

import data.lib.windows.config
import data.lib.windows.rules.host_process_account
import data.lib.windows.testing_test as testing

_pod(fields) := testing.pod(object.union(testing.host_process, fields))

# A container with windowsOptions of its own.
_own(options) := {"name": "app", "image": "example.com/app", "securityContext": {"windowsOptions": options}}

_each(containers) := testing.pod(object.union(
	object.remove(testing.host_process, ["securityContext"]),
	{"containers": containers},
))

test_applies[name] if {
	some name, tc in {
		"hostProcess in the pod": {"input": _pod({}), "want": {true}},
		"hostProcess in a container": {"input": _each([_own({"hostProcess": true})]), "want": {true}},
		"no hostProcess": {"input": testing.windows_pod({}), "want": set()},
		"a null spec": {"input": testing.pod(null), "want": set()},
	}
	got := {true | host_process_account.applies} with input as tc.input
	got == tc.want
}

test_silent[name] if {
	some name, manifest in {
		"a valid pod": _pod({}),
		"no HostProcess container": testing.windows_pod({"securityContext": {"windowsOptions": {"runAsUserName": "SYSTEM"}}}),
		"no containers": testing.pod(object.union(testing.host_process, {"containers": []})),
		"a null spec": testing.pod(null),
	}
	got := host_process_account.finding with input as manifest
	got == set()
}

test_known_accounts[name] if {
	some name in [
		`NT AUTHORITY\SYSTEM`, `NT AUTHORITY\system`, `NT AUTHORITY\Local service`, `NT AUTHORITY\LocalService`,
		`NT AUTHORITY\NetworkService`, `NT AUTHORITY\NETWORK SERVICE`, "hpc-localgroup", "Administrators", "Users",
		"system-agents",
	]
	got := host_process_account.finding with input as _as(name)
	got == set()
}

test_other_accounts[name] if {
	some user in [
		null, "", "ContainerAdministrator", "containeruser", `NT AUTHORITY\SYSTEM\x`, `DOMAIN\someone`, `.\Administrator`, 5,
		["Administrators"], "Administrator", "guest", "DefaultAccount", "Everyone", "Authenticated Users",
		`NT AUTHORITY\LocalSystem`, `BUILTIN\Administrators`,
	]
	name := sprintf("%v", [user])
	got := host_process_account.finding with input as _as(user)
	got == {_account("spec.securityContext.windowsOptions.runAsUserName", {})}
}

test_other_spellings[name] if {
	some name, meant in {
		"SYSTEM": `NT AUTHORITY\SYSTEM`,
		"system": `NT AUTHORITY\SYSTEM`,
		"LocalSystem": `NT AUTHORITY\SYSTEM`,
		"Local System": `NT AUTHORITY\SYSTEM`,
		"LocalService": `NT AUTHORITY\LocalService`,
		"Local Service": `NT AUTHORITY\Local Service`,
		"NETWORKSERVICE": `NT AUTHORITY\NetworkService`,
		"Network Service": `NT AUTHORITY\Network Service`,
		`nt authority\SYSTEM`: `NT AUTHORITY\SYSTEM`,
		`NT Authority\network service`: `NT AUTHORITY\Network Service`,
	}
	got := host_process_account.finding with input as _as(name)
	pointer := "/spec/securityContext/windowsOptions/runAsUserName"
	got == {_found(
		{
			"field": "spec.securityContext.windowsOptions.runAsUserName",
			"says": sprintf("The container fails to log on. Write %s.", [meant]),
		},
		{"fix": [
			{"op": "test", "path": pointer, "value": name},
			{"op": "replace", "path": pointer, "value": meant},
		]},
	)}
}

_as(user) := _pod({"securityContext": {"windowsOptions": {"runAsUserName": user}}})

test_place_of_the_account[name] if {
	some name, tc in {
		"no account in two containers": {
			"input": testing.pod(object.union(
				object.remove(testing.host_process, ["securityContext"]),
				{
					"securityContext": {"windowsOptions": {"hostProcess": true}},
					"containers": [{"name": "a"}, {"name": "b"}],
				},
			)),
			"want": {_account("spec.securityContext.windowsOptions.runAsUserName", {})},
		},
		"the container's account": {
			"input": _pod({"containers": [{"name": "b"}, _own({"runAsUserName": "ContainerUser"})]}),
			"want": {_account(
				"spec.containers[1].securityContext.windowsOptions.runAsUserName",
				{"container": "app"},
			)},
		},
		"the accounts of the pod and the container": {
			"input": object.union(
				_as("ContainerUser"),
				{"spec": {"containers": [{"name": "b"}, _own({"runAsUserName": "ContainerAdministrator"})]}},
			),
			"want": {
				_account("spec.securityContext.windowsOptions.runAsUserName", {}),
				_account("spec.containers[1].securityContext.windowsOptions.runAsUserName", {"container": "app"}),
			},
		},
	}
	got := host_process_account.finding with input as tc.input
	got == tc.want
}

test_accounts_parameter[name] if {
	some name, tc in {
		"another account": {"accounts": [`CORP\svc`], "user": `CORP\SVC`, "want": set()},
		"another domain": {
			"accounts": [`CORP\svc`],
			"user": `other\svc`,
			"want": {_account("spec.securityContext.windowsOptions.runAsUserName", {})},
		},
		"a user without a domain": {"accounts": ["Administrator"], "user": "administrator", "want": set()},
		"a name for an account that the list lacks": {
			"accounts": [`CORP\svc`],
			"user": "SYSTEM",
			"want": {_account("spec.securityContext.windowsOptions.runAsUserName", {})},
		},
		"a list without the default accounts": {
			"accounts": [`CORP\svc`],
			"user": `NT AUTHORITY\SYSTEM`,
			"want": {_not_allowed("spec.securityContext.windowsOptions.runAsUserName", {})},
		},
		"an empty list": {
			"accounts": [],
			"user": `NT AUTHORITY\SYSTEM`,
			"want": {_not_allowed("spec.securityContext.windowsOptions.runAsUserName", {})},
		},
		"the wrong type keeps the default": {
			"accounts": `CORP\svc`,
			"user": `NT AUTHORITY\SYSTEM`,
			"want": set(),
		},
		"one item of the wrong type keeps the default": {
			"accounts": [`CORP\svc`, 1],
			"user": `NT AUTHORITY\SYSTEM`,
			"want": set(),
		},
	}
	got := host_process_account.finding with input as _as(tc.user)
		with config as {"rules": {"host-process-account": {"parameters": {"accounts": tc.accounts}}}}
	got == tc.want
}

_account(field, more) := _found(
	{"field": field, "says": `The container fails to log on. Set NT AUTHORITY\SYSTEM or a local group.`},
	more,
)

_not_allowed(field, more) := _found(
	{"field": field, "says": "The configuration does not allow this account. Use one that it allows."},
	object.union(more, {"enforcedBy": "advice"}),
)

_found(about, more) := testing.expected("warn", "host-process-account", about, object.union(
	{"because": "windowsOptions.hostProcess is true", "enforcedBy": "runtime"},
	more,
))
