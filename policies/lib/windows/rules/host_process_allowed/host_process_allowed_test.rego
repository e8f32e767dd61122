package lib.windows.rules.host_process_allowed_test

import data.lib.windows.config
import data.lib.windows.rules.host_process_allowed
import data.lib.windows.testing_test as testing

_system := {"hostProcess": true, "runAsUserName": `NT AUTHORITY\SYSTEM`}

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
		"hostProcess in a container": {"input": _each([_own(_system)]), "want": {true}},
		"no hostProcess": {"input": testing.windows_pod({}), "want": set()},
		"a null spec": {"input": testing.pod(null), "want": set()},
	}
	got := {true | host_process_allowed.applies} with input as tc.input
	got == tc.want
}

test_without_configuration if {
	got := host_process_allowed.finding with input as _pod({})
	got == set()
}

test_allowed_namespaces[name] if {
	refused := {_found(
		"deny",
		{
			"field": "metadata.namespace",
			"says": concat(" ", [
				"The configuration allows no HostProcess containers in this namespace.",
				"Move the pod to one that it allows.",
			]),
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
	got := host_process_allowed.finding with input as tc.input
		with config as {"rules": {"host-process-allowed": {"parameters": {"allowedNamespaces": tc.allowed}}}}
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
	got := host_process_allowed.finding with input as _each([_own(_system)])
		with config as {"rules": {"host-process-allowed": {"parameters": {"allowedImages": tc.allowed}}}}
	got == tc.want
}

test_allowed_images_without_an_image[name] if {
	some name, container in {
		"absent": object.remove(_own(_system), ["image"]),
		"null": object.union(_own(_system), {"image": null}),
	}
	got := host_process_allowed.finding with input as _each([container])
		with config as {"rules": {"host-process-allowed": {"parameters": {"allowedImages": ["a"]}}}}
	got == set()
}

_image := _found(
	"deny",
	{
		"field": "spec.containers[0].image",
		"says": concat(" ", [
			"The configuration does not allow this image as a HostProcess container.",
			"Use an image that it allows.",
		]),
	},
	{"enforcedBy": "advice", "container": "app"},
)

_found(severity, about, more) := testing.expected(
	severity,
	"host-process-allowed",
	about,
	object.union(more, {"because": "windowsOptions.hostProcess is true"}),
)
