package lib.windows.rules.run_as_user_name_test

import data.lib.windows.rules.run_as_user_name
import data.lib.windows.testing_test as testing

_pod_field := "spec.securityContext.windowsOptions.runAsUserName"

# The tests of lib.windows.user_names cover the rest of the grammar.
test_invalid[name] if {
	some value, breaches in {
		"": {"the name is empty"},
		"Container\tUser": {"the name has control characters"},
		`a\b\c`: {"the name has more than one backslash"},
		`\User`: {"the domain is not a NetBIOS or DNS name"},
		"a@b": {`the user has one of "/:;|=,+*?<>@[]`},
		concat("", [_repeat(".", 105)]): {"the user has more than 104 bytes", "the user has only periods and spaces"},
	}
	some title, manifest in {
		"declared": testing.windows_pod(_as(value)),
		"inferred": testing.inferred_pod(_as(value)),
		"a Linux pod": testing.pod(object.union({"os": {"name": "linux"}}, _as(value))),
		"an unknown OS": testing.pod(_as(value)),
	}
	name := sprintf("%s: %q", [title, value])
	got := run_as_user_name.finding with input as manifest
	got == {_denied(_pod_field, breach, {}) | some breach in breaches}
}

test_containers[list] if {
	some list in ["initContainers", "containers", "ephemeralContainers"]
	got := run_as_user_name.finding with input as testing.windows_pod({list: [
		{"name": "first"},
		_container("second", "a/b"),
		_container("third", "ContainerUser"),
	]})
	field := sprintf("spec.%s[1].securityContext.windowsOptions.runAsUserName", [list])
	got == {_denied(field, `the user has one of "/:;|=,+*?<>@[]`, {"container": "second"})}
}

test_pod_and_container_at_once if {
	got := run_as_user_name.finding with input as testing.deployment(object.union_n([
		testing.windows,
		_as(""),
		{"containers": [_container("app", "")]},
	]))
	got == {
		_denied("spec.template.spec.securityContext.windowsOptions.runAsUserName", "the name is empty", {}),
		_denied(
			"spec.template.spec.containers[0].securityContext.windowsOptions.runAsUserName",
			"the name is empty",
			{"container": "app"},
		),
	}
}

test_longest_message if {
	got := run_as_user_name.finding with input as testing.carrier("batch/v1", "CronJob", {"initContainers": array.concat(
		[{"name": "a"} | some _ in numbers.range(1, 10)],
		[_container("b", concat("", [_repeat("é", 128), `\`, _repeat(".", 105)])), _container("c", "a/b")],
	)})
	count(got) == 5
	{found.msg | some found in got; count(found.msg) > 200} == set()
	{found.msg | some found in got; contains(found.msg, "...")} == set()
}

test_long[name] if {
	some value in [_repeat("a", 21), concat("", [`contoso\`, _repeat("é", 21)]), "ContainerAdministrators"]
	some title, tc in {
		"declared": {"input": testing.windows_pod(_as(value)), "because": "spec.os.name is windows"},
		"inferred": {"input": testing.inferred_pod(_as(value)), "because": "nodeSelector kubernetes.io/os is windows"},
	}
	name := sprintf("%s: %s", [title, value])
	got := run_as_user_name.finding with input as tc.input
	got == {_noted(_pod_field, {"because": tc.because})}
}

test_long_name_of_a_container if {
	got := run_as_user_name.finding with input as testing.windows_pod({"containers": [_container("app", _repeat("a", 21))]})
	got == {_noted("spec.containers[0].securityContext.windowsOptions.runAsUserName", {"container": "app"})}
}

test_silent[name] if {
	long := _repeat("a", 21)
	some name, manifest in {
		"nothing": testing.windows_pod({}),
		"null": testing.windows_pod(_as(null)),
		"a number": testing.windows_pod(_as(5)),
		"a list": testing.windows_pod(_as([""])),
		"null options": testing.windows_pod({"securityContext": {"windowsOptions": null}}),
		"20 characters": testing.windows_pod(_as(_repeat("é", 20))),
		"a long domain": testing.windows_pod(_as(`corp.example.contoso.com\web`)),
		"ContainerAdministrator": testing.windows_pod(_as("ContainerAdministrator")),
		"ContainerAdministrator in another case and with a domain": testing.windows_pod(_as(`User Manager\containeradministrator`)),
		"a long name on Linux": testing.pod(object.union({"os": {"name": "linux"}}, _as(long))),
		"a long name and an unknown OS": testing.pod(_as(long)),
		"a long group in a HostProcess pod": testing.pod(object.union(testing.host_process, {"securityContext": {"windowsOptions": {
			"hostProcess": true,
			"runAsUserName": long,
		}}})),
		"a long group in a HostProcess container": testing.pod(object.union(testing.host_process, {"containers": [_container("app", long)]})),
		"a null spec": testing.pod(null),
	}
	got := run_as_user_name.finding with input as manifest
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"a name in the pod": {"spec": _as(""), "want": {true}},
		"a name in a container": {"spec": {"containers": [_container("app", "")]}, "want": {true}},
		"nothing": {"spec": {"containers": [{"name": "app"}]}, "want": set()},
	}
	got := {true | run_as_user_name.applies} with input as testing.pod(tc.spec)
	got == tc.want
}

_as(name) := {"securityContext": {"windowsOptions": {"runAsUserName": name}}}

_container(name, user) := object.union(_as(user), {"name": name})

_repeat(text, times) := concat("", [text | some _ in numbers.range(1, times)])

_denied(field, breach, more) := testing.expected(
	"deny",
	"run-as-user-name",
	{"field": field, "says": concat("", ["Invalid name: ", breach, `. Use USER or DOMAIN\USER.`])},
	object.union(more, {"enforcedBy": "apiserver", "because": "windowsOptions.runAsUserName is set"}),
)

_noted(field, more) := testing.expected(
	"note",
	"run-as-user-name",
	{"field": field, "says": "Windows account names have at most 20 characters. Use a shorter name."},
	object.union({"enforcedBy": "advice"}, more),
)
