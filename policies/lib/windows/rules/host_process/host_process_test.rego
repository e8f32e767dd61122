package lib.windows.rules.host_process_test

import data.lib.windows.config
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
			"fix": [{"op": "add", "path": "/spec/hostNetwork", "value": true}],
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
		{"field": "spec.hostNetwork", "says": "HostProcess containers use the host's network; set it to true"},
		{"enforcedBy": "apiserver", "fix": tc.fix},
	)}
}

test_known_accounts[name] if {
	some name in [
		`NT AUTHORITY\SYSTEM`, `NT AUTHORITY\system`, `NT AUTHORITY\Local service`, `NT AUTHORITY\NetworkService`,
		"hpc-localgroup", "Administrators",
	]
	got := host_process.finding with input as _as(name)
	got == set()
}

test_other_accounts[name] if {
	some user in [
		null, "", "ContainerAdministrator", "containeruser", `nt authority\SYSTEM`, `NT AUTHORITY\Network Service`,
		`NT AUTHORITY\SYSTEM\x`, `DOMAIN\someone`, `.\Administrator`, 5, ["Administrators"],
	]
	name := sprintf("%v", [user])
	got := host_process.finding with input as _as(user)
	got == {_account("spec.securityContext.windowsOptions.runAsUserName", {})}
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
	got := host_process.finding with input as tc.input
	got == tc.want
}

test_accounts_parameter[name] if {
	some name, tc in {
		"another account": {"accounts": [`CORP\svc`], "user": `CORP\SVC`, "want": set()},
		"another domain": {
			"accounts": [`CORP\svc`],
			"user": `corp\svc`,
			"want": {_account("spec.securityContext.windowsOptions.runAsUserName", {})},
		},
		"a list without the default accounts": {
			"accounts": [`CORP\svc`],
			"user": `NT AUTHORITY\SYSTEM`,
			"want": {_account("spec.securityContext.windowsOptions.runAsUserName", {})},
		},
		"an empty list": {
			"accounts": [],
			"user": `NT AUTHORITY\SYSTEM`,
			"want": {_account("spec.securityContext.windowsOptions.runAsUserName", {})},
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
	got := host_process.finding with input as _as(tc.user)
		with config as {"rules": {"host-process": {"parameters": {"accounts": tc.accounts}}}}
	got == tc.want
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
			"says": "pipes and sockets are not mounted into HostProcess containers; open them by name",
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
			"says": "has no effect, HostProcess containers use the node's hosts file; remove it",
		},
		{"enforcedBy": "advice"},
	)}
}

test_allowed_namespaces[name] if {
	refused := {_found(
		"deny",
		{
			"field": "metadata.namespace",
			"says": "HostProcess containers are not allowed in this namespace by the configuration",
		},
		{"enforcedBy": "advice"},
	)}
	in_shop := _pod({})
	some name, tc in {
		"an empty list": {"input": in_shop, "allowed": [], "want": set()},
		"another namespace": {"input": in_shop, "allowed": ["kube-system"], "want": refused},
		"this namespace": {"input": in_shop, "allowed": ["kube-system", "shop"], "want": set()},
		"a glob": {"input": in_shop, "allowed": ["sh*"], "want": set()},
		"a glob over dots": {
			"input": object.union(in_shop, {"metadata": {"namespace": "a.b"}}),
			"allowed": ["a*"],
			"want": set(),
		},
		"part of the name": {"input": in_shop, "allowed": ["sho"], "want": refused},
		"an invalid glob": {"input": in_shop, "allowed": ["[sh"], "want": refused},
		"the wrong type": {"input": in_shop, "allowed": "kube-system", "want": set()},
		"a manifest without a namespace": {
			"input": json.remove(in_shop, ["/metadata/namespace"]),
			"allowed": ["kube-system"],
			"want": set(),
		},
		"a manifest with an empty namespace": {
			"input": object.union(in_shop, {"metadata": {"namespace": ""}}),
			"allowed": ["kube-system"],
			"want": set(),
		},
		"a namespace that is not a string": {
			"input": object.union(in_shop, {"metadata": {"namespace": 1}}),
			"allowed": ["kube-system"],
			"want": set(),
		},
		"the request's namespace": {
			"input": testing.admission_review({"namespace": "kube-system", "object": in_shop}),
			"allowed": ["kube-system"],
			"want": set(),
		},
		"a pod without HostProcess containers": {
			"input": testing.windows_pod({}),
			"allowed": ["kube-system"],
			"want": set(),
		},
	}
	got := host_process.finding with input as tc.input
		with config as {"rules": {"host-process": {"parameters": {"allowedNamespaces": tc.allowed}}}}
	got == tc.want
}

test_allowed_images[name] if {
	some name, tc in {
		"an empty list": {"allowed": [], "want": set()},
		"this image": {"allowed": ["example.com/app"], "want": set()},
		"a glob over slashes and dots": {"allowed": ["example*"], "want": set()},
		"another image": {"allowed": ["example.com/other"], "want": {_image}},
		"the wrong type": {"allowed": [1], "want": set()},
	}
	got := host_process.finding with input as _each([_own(_system)])
		with config as {"rules": {"host-process": {"parameters": {"allowedImages": tc.allowed}}}}
	got == tc.want
}

test_allowed_images_without_an_image[name] if {
	some name, container in {
		"absent": object.remove(_own(_system), ["image"]),
		"null": object.union(_own(_system), {"image": null}),
	}
	got := host_process.finding with input as _each([container])
		with config as {"rules": {"host-process": {"parameters": {"allowedImages": ["a"]}}}}
	got == set()
}

_image := _found(
	"deny",
	{
		"field": "spec.containers[0].image",
		"says": "this image is not allowed to run as a HostProcess container by the configuration",
	},
	{"enforcedBy": "advice", "container": "app"},
)

_differs(place) := _found(
	"deny",
	{
		"field": concat(".", [place, "securityContext.windowsOptions.hostProcess"]),
		"says": "differs from the pod's own hostProcess; set it in one place",
	},
	{"enforcedBy": "apiserver", "container": "app"},
)

_mixed(field) := _found(
	"deny",
	{"field": field, "says": "mixes HostProcess containers with others; make all of them HostProcess or none"},
	{"enforcedBy": "apiserver"},
)

_account(field, more) := _found(
	"warn",
	{"field": field, "says": `name a service account (NT AUTHORITY\SYSTEM) or a local group of the node`},
	object.union(more, {"enforcedBy": "runtime"}),
)

_non_root(field, more) := _found(
	"warn",
	{
		"field": field,
		"says": "does not go with HostProcess, which runs as an account of the node; remove it",
	},
	object.union(more, {"enforcedBy": "advice"}),
)

_found(severity, about, more) := testing.expected(
	severity,
	"host-process",
	about,
	object.union(more, {"because": "windowsOptions.hostProcess is true"}),
)
