package lib.windows.rules.host_network_test

import data.lib.windows.rules.host_network
import data.lib.windows.testing_test as testing

test_ignored[name] if {
	some name, tc in {
		"declared": {"manifest": testing.windows_pod({"hostNetwork": true}), "field": "spec.hostNetwork", "more": {}},
		"inferred": {
			"manifest": testing.inferred_pod({"hostNetwork": true}),
			"field": "spec.hostNetwork",
			"more": {"because": "nodeSelector kubernetes.io/os is windows"},
		},
		"hostProcess false": {
			"manifest": testing.windows_pod({
				"hostNetwork": true,
				"securityContext": {"windowsOptions": {"hostProcess": false}},
			}),
			"field": "spec.hostNetwork",
			"more": {},
		},
		"a Deployment": {
			"manifest": testing.deployment(object.union(testing.windows, {"hostNetwork": true})),
			"field": "spec.template.spec.hostNetwork",
			"more": {},
		},
	}
	got := host_network.finding with input as tc.manifest
	got == {_found(tc.field, tc.more)}
}

test_silent[name] if {
	some_host_process := [
		object.union(testing.container, {"securityContext": {"windowsOptions": {"hostProcess": true}}}),
		{"name": "second"},
	]
	some name, manifest in {
		"nothing": testing.windows_pod({}),
		"false": testing.windows_pod({"hostNetwork": false}),
		"null": testing.windows_pod({"hostNetwork": null}),
		"the wrong type": testing.windows_pod({"hostNetwork": "true"}),
		"HostProcess": testing.pod(testing.host_process),
		"HostProcess in one of two containers": testing.windows_pod({
			"hostNetwork": true,
			"containers": some_host_process,
		}),
		"HostProcess that a container sets to false": testing.pod(object.union(testing.host_process, {"containers": [object.union(
			testing.container,
			{"securityContext": {"windowsOptions": {"hostProcess": false}}},
		)]})),
	}
	got := host_network.finding with input as manifest
	got == set()
}

_found(field, more) := testing.expected(
	"warn",
	"host-network",
	{"field": field, "says": "Windows ignores hostNetwork outside HostProcess, but the pod reports its node's address. Remove the field."},
	object.union(
		{
			"enforcedBy": "kubelet",
			"fix": [{"op": "test", "path": pointer, "value": true}, {"op": "remove", "path": pointer}],
		},
		more,
	),
) if {
	pointer := concat("", ["/", replace(field, ".", "/")])
}
