package lib.windows.rules.dns_policy_test

import data.lib.windows.rules.dns_policy
import data.lib.windows.testing_test as testing

_policy := {"dnsPolicy": "ClusterFirstWithHostNet"}

test_cluster_first_with_host_net[name] if {
	some name, tc in {
		"declared": {
			"manifest": testing.windows_pod(_policy),
			"field": "spec.dnsPolicy",
			"more": {"fix": _fix("/spec/dnsPolicy")},
		},
		"inferred": {
			"manifest": testing.inferred_pod(_policy),
			"field": "spec.dnsPolicy",
			"more": {"because": "nodeSelector kubernetes.io/os is windows", "fix": _fix("/spec/dnsPolicy")},
		},
		"hostNetwork false": {
			"manifest": testing.windows_pod(object.union(_policy, {"hostNetwork": false})),
			"field": "spec.dnsPolicy",
			"more": {"fix": _fix("/spec/dnsPolicy")},
		},
		"hostNetwork true, which has no fix": {
			"manifest": testing.windows_pod(object.union(_policy, {"hostNetwork": true})),
			"field": "spec.dnsPolicy",
			"says": "Only HostProcess pods use the host network. Remove hostNetwork, and then use ClusterFirst.",
			"more": {},
		},
		"a Deployment": {
			"manifest": testing.deployment(object.union(testing.windows, _policy)),
			"field": "spec.template.spec.dnsPolicy",
			"more": {"fix": _fix("/spec/template/spec/dnsPolicy")},
		},
	}
	got := dns_policy.finding with input as tc.manifest
	got == {testing.expected(
		"warn",
		"dns-policy",
		{"field": tc.field, "says": object.get(tc, "says", _acts_otherwise)},
		object.union({"enforcedBy": "advice"}, tc.more),
	)}
}

test_silent[name] if {
	some name, manifest in {
		"nothing": testing.windows_pod({}),
		"ClusterFirst": testing.windows_pod({"dnsPolicy": "ClusterFirst"}),
		"Default": testing.windows_pod({"dnsPolicy": "Default"}),
		"None": testing.windows_pod({"dnsPolicy": "None"}),
		"null": testing.windows_pod({"dnsPolicy": null}),
		"the wrong type": testing.windows_pod({"dnsPolicy": ["ClusterFirstWithHostNet"]}),
		"HostProcess": testing.pod(object.union(testing.host_process, _policy)),
		"HostProcess in one container": testing.windows_pod(object.union(_policy, {"initContainers": [object.union(
			testing.container,
			{"securityContext": {"windowsOptions": {"hostProcess": true}}},
		)]})),
	}
	got := dns_policy.finding with input as manifest
	got == set()
}

_acts_otherwise := "Only HostProcess pods use the host network, so this policy acts as ClusterFirst. Use ClusterFirst."

_fix(pointer) := [
	{"op": "test", "path": pointer, "value": "ClusterFirstWithHostNet"},
	{"op": "replace", "path": pointer, "value": "ClusterFirst"},
]
