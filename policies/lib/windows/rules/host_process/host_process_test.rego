package lib.windows.rules.host_process_test

import data.lib.windows.rules.host_process
import data.lib.windows.testing_test as testing

_system := {"hostProcess": true, "runAsUserName": `NT AUTHORITY\SYSTEM`}

_pod(fields) := testing.pod(object.union(testing.host_process, fields))

# A container with windowsOptions of its own.
_own(options) := {"name": "app", "image": "example.com/app", "securityContext": {"windowsOptions": options}}

_each(containers) := testing.pod(object.union(
	object.remove(testing.host_process, ["securityContext"]),
	{"containers": containers},
))

# Such a container in a pod with this securityContext.
_each_in(context) := object.union(_each([_own(_system)]), {"spec": {"securityContext": context}})

test_silent[name] if {
	some name, manifest in {
		"a valid pod": _pod({}),
		"hostProcess in each container": _each([_own(_system), object.union(_own(_system), {"name": "b"})]),
		"true in the pod and its container": _pod({"containers": [_own({"hostProcess": true})]}),
		"an init container": _pod({"initContainers": [{"name": "init"}]}),
		"false in the pod and its container": testing.windows_pod({
			"securityContext": {"windowsOptions": {"hostProcess": false}},
			"containers": [_own({"hostProcess": false})],
		}),
		"hostProcess null in the pod": _each_in({"windowsOptions": {"hostProcess": null}}),
		"hostProcess null in a container": _pod({"containers": [_own({"hostProcess": null})]}),
		"hostAliases, pipes and runAsNonRoot without HostProcess": testing.windows_pod({
			"hostAliases": [{"ip": "10.0.0.1"}],
			"securityContext": {"runAsNonRoot": true},
			"volumes": [{"name": "pipe", "hostPath": {"path": `\\.\pipe\docker_engine`}}],
		}),
		"runAsNonRoot false": _pod({"securityContext": {"runAsNonRoot": false}}),
		"empty hostAliases": _pod({"hostAliases": []}),
		"null hostAliases and volumes": _pod({"hostAliases": null, "volumes": null}),
		"other volumes": _pod({"volumes": [
			null,
			{"name": "a", "emptyDir": {}},
			{"name": "b", "hostPath": {"path": `C:\pipe`, "type": "Directory"}},
			{"name": "c", "hostPath": null},
		]}),
		"no containers": testing.pod(object.union(testing.host_process, {"containers": []})),
		"a null spec": testing.pod(null),
	}
	got := host_process.finding with input as manifest
	got == set()
}

test_applies[name] if {
	some name, tc in {
		"hostProcess in the pod": {"input": _pod({}), "want": {true}},
		"hostProcess in a container": {"input": _each([_own(_system)]), "want": {true}},
		"hostProcess in the pod, false in its container": {
			"input": _pod({"containers": [_own({"hostProcess": false})]}),
			"want": {true},
		},
		"no hostProcess": {"input": testing.windows_pod({}), "want": set()},
		"hostProcess false in a container": {"input": _each([_own({"hostProcess": false})]), "want": set()},
		"a null spec": {"input": testing.pod(null), "want": set()},
	}
	got := {true | host_process.applies} with input as tc.input
	got == tc.want
}

test_pod_and_container_disagree[name] if {
	some name, tc in {
		"true in the pod, false in its container": {
			"input": _pod({"containers": [_own({"hostProcess": false})]}),
			"want": {_differs("spec.containers[0]")},
		},
		"false in the pod, true in its container": {
			"input": _pod({
				"securityContext": {"windowsOptions": {"hostProcess": false}},
				"containers": [_own(_system)],
			}),
			"want": {_differs("spec.containers[0]")},
		},
		"true in the pod, false in one of two containers": {
			"input": _pod({"containers": [{"name": "b"}, _own({"hostProcess": false})]}),
			"want": {_differs("spec.containers[1]"), _mixed("spec")},
		},
		"false in the pod, true in one of two containers": {
			"input": _pod({
				"securityContext": {"windowsOptions": {"hostProcess": false}},
				"containers": [{"name": "b"}, _own(_system)],
			}),
			"want": {_differs("spec.containers[1]"), _mixed("spec")},
		},
		"true in the pod, false in an ephemeral container": {
			"input": _pod({"ephemeralContainers": [_own({"hostProcess": false})]}),
			"want": {_differs("spec.ephemeralContainers[0]"), _mixed("spec")},
		},
	}
	got := host_process.finding with input as tc.input
	got == tc.want
}

test_mixed_containers[name] if {
	some name, tc in {
		"two containers": {"input": _each([_own(_system), {"name": "b"}]), "want": {_mixed("spec")}},
		"an init container": {
			"input": object.union(_each([_own(_system)]), {"spec": {"initContainers": [{"name": "b"}]}}),
			"want": {_mixed("spec")},
		},
		"an ephemeral container": {
			"input": object.union(_each([_own(_system)]), {"spec": {"ephemeralContainers": [{"name": "b"}]}}),
			"want": {_mixed("spec")},
		},
		"a Deployment": {
			"input": testing.deployment(_each([_own(_system), {"name": "b"}]).spec),
			"want": {_mixed("spec.template.spec")},
		},
	}
	got := host_process.finding with input as tc.input
	got == tc.want
}

test_host_network[name] if {
	some name, tc in {
		"absent": {
			"input": testing.pod(object.remove(testing.host_process, ["hostNetwork"])),
			"fix": [{"op": "add", "path": "/spec/hostNetwork", "value": true}],
		},
		"null": {
			"input": _pod({"hostNetwork": null}),
			"fix": [
				{"op": "test", "path": "/spec/hostNetwork", "value": null},
				{"op": "replace", "path": "/spec/hostNetwork", "value": true},
			],
		},
		"false": {
			"input": _pod({"hostNetwork": false}),
			"fix": [
				{"op": "test", "path": "/spec/hostNetwork", "value": false},
				{"op": "replace", "path": "/spec/hostNetwork", "value": true},
			],
		},
	}
	got := host_process.finding with input as tc.input
	got == {_found(
		"deny",
		{
			"field": "spec.hostNetwork",
			"says": concat(" ", [
				"HostProcess containers use the host's network, and the API server rejects other pods.",
				"Set the field to true.",
			]),
		},
		{"enforcedBy": "apiserver", "fix": tc.fix},
	)}
}

test_run_as_non_root[name] if {
	some name, tc in {
		"in a pod with two containers": {
			"input": _pod({
				"securityContext": {"runAsNonRoot": true},
				"containers": [{"name": "a"}, {"name": "b"}],
			}),
			"want": {_non_root("spec.securityContext.runAsNonRoot", {})},
		},
		"in a container": {
			"input": _pod({"initContainers": [{"name": "a", "securityContext": {"runAsNonRoot": true}}]}),
			"want": {_non_root("spec.initContainers[0].securityContext.runAsNonRoot", {"container": "a"})},
		},
		"in the pod, false in its container": {
			"input": _pod({
				"securityContext": {"runAsNonRoot": true},
				"containers": [{"name": "a", "securityContext": {"runAsNonRoot": false}}],
			}),
			"want": set(),
		},
	}
	got := host_process.finding with input as tc.input
	got == tc.want
}

test_pipes_and_sockets[name] if {
	some name, tc in {
		"a pipe": {"volumes": [{"name": "a", "hostPath": {"path": `\\.\pipe\docker_engine`}}], "want": {0}},
		"a pipe in another spelling": {"volumes": [{"name": "a", "hostPath": {"path": "//./pipe/docker_engine"}}], "want": {0}},
		"a socket": {
			"volumes": [{"name": "b"}, {"name": "a", "hostPath": {"path": `C:\run\x.sock`, "type": "Socket"}}],
			"want": {1},
		},
		"both in one volume": {
			"volumes": [{"name": "a", "hostPath": {"path": `\\.\pipe\docker_engine`, "type": "Socket"}}],
			"want": {0},
		},
		"two volumes": {
			"volumes": [
				{"name": "a", "hostPath": {"path": `\\.\pipe\a`}},
				{"name": "b", "hostPath": {"path": `\\.\pipe\b`}},
			],
			"want": {0, 1},
		},
	}
	got := host_process.finding with input as _pod({"volumes": tc.volumes})
	got == {_found(
		"warn",
		{
			"field": sprintf("spec.volumes[%d].hostPath", [index]),
			"says": "The runtime mounts no pipe or socket into a HostProcess container. Open it by its name on the node.",
		},
		{"enforcedBy": "runtime"},
	) |
		some index in tc.want
	}
}

test_host_aliases if {
	got := host_process.finding with input as _pod({"hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a"]}]})
	got == {_found(
		"warn",
		{
			"field": "spec.hostAliases",
			"says": "HostProcess containers use the node's hosts file, so this has no effect. Remove the field.",
		},
		{"enforcedBy": "advice"},
	)}
}

_differs(place) := _found(
	"deny",
	{
		"field": concat(".", [place, "securityContext.windowsOptions.hostProcess"]),
		"says": "The pod's hostProcess differs, so the API server rejects the pod. Set it in one place.",
	},
	{"enforcedBy": "apiserver", "container": "app"},
)

_mixed(field) := _found(
	"deny",
	{"field": field, "says": concat(" ", [
		"The pod mixes HostProcess containers with others, so the API server rejects it.",
		"Set hostProcess for all or none.",
	])},
	{"enforcedBy": "apiserver"},
)

_non_root(field, more) := _found(
	"warn",
	{
		"field": field,
		"says": "HostProcess containers run as an account of the node, so this has no effect. Remove the field.",
	},
	object.union(more, {"enforcedBy": "advice"}),
)

_found(severity, about, more) := testing.expected(
	severity,
	"host-process",
	about,
	object.union(more, {"because": "windowsOptions.hostProcess is true"}),
)

test_host_network_beside_ports if {
	pod := object.union(
		object.remove(testing.host_process, ["hostNetwork"]),
		_with_ports([{"containerPort": 53}, {"containerPort": 80, "hostPort": 80}]),
	)
	got := host_process.finding with input as testing.pod(pod)
	{found.details.fix | some found in got} == {[{"op": "add", "path": "/spec/hostNetwork", "value": true}]}
}

_with_ports(ports) := {"containers": [object.union(testing.container, {"ports": ports})]}

# The API server rejects these beside the host's network.
test_host_network_without_a_fix[name] if {
	some name, fields in {
		"a user namespace": {"hostUsers": false},
		"another host name": {"hostnameOverride": ""},
		"Linux": {"os": {"name": "linux"}},
		"another port of the host": _with_ports([{"containerPort": 9182, "hostPort": 9183}]),
		"a port twice": _with_ports([{"containerPort": 9182}, {"containerPort": 9182, "name": "again"}]),
		"ports of the wrong type": _with_ports([1, 1]),
	}
	pod := object.union(object.remove(testing.host_process, ["hostNetwork"]), fields)
	got := host_process.finding with input as testing.pod(pod)
	{found.details.field | some found in got} == {"spec.hostNetwork"}
	{found.details.fix | some found in got} == set()
}
