package lib.windows.rules.resource_requests_test

import data.lib.windows.config
import data.lib.windows.rules.resource_requests
import data.lib.windows.testing_test as testing

_cpu := "This container can overcommit its node. Set a cpu request."

_memory := "This container can overcommit its node. Set a memory request."

_both := "This container can overcommit its node. Set a cpu request and a memory request."

test_requests[name] if {
	some name, tc in {
		"both requests": {"resources": {"requests": {"cpu": "100m", "memory": "200Mi"}}, "want": set()},
		"both limits": {"resources": {"limits": {"cpu": 1, "memory": "1Gi"}}, "want": set()},
		"a request and a limit": {
			"resources": {"requests": {"cpu": 0.1}, "limits": {"memory": "1Gi"}},
			"want": set(),
		},
		"a null request beside a limit": {
			"resources": {"requests": {"cpu": null, "memory": "1"}, "limits": {"cpu": "1"}},
			"want": set(),
		},
		"no resources": {"resources": null, "want": {_both}},
		"empty resources": {"resources": {}, "want": {_both}},
		"null requests": {"resources": {"requests": null, "limits": null}, "want": {_both}},
		"null amounts": {"resources": {"requests": {"cpu": null}, "limits": {"memory": null}}, "want": {_both}},
		"other resources": {
			"resources": {"requests": {"ephemeral-storage": "1Gi"}, "limits": {"microsoft.com/directx": "1"}},
			"want": {_both},
		},
		"no cpu": {"resources": {"requests": {"memory": "1Gi"}}, "want": {_cpu}},
		"no memory": {"resources": {"limits": {"cpu": "1"}}, "want": {_memory}},
		"a request of zero": {"resources": {"requests": {"cpu": "0", "memory": "1Gi"}}, "want": {_cpu}},
		"a request of zero beside a limit": {
			"resources": {"requests": {"cpu": 1, "memory": "0Gi"}, "limits": {"memory": "1Gi"}},
			"want": {_memory},
		},
		"a limit of zero": {"resources": {"requests": {"cpu": 1}, "limits": {"memory": 0}}, "want": {_memory}},
		"resources of the wrong type": {"resources": "1Gi", "want": {_both}},
		"requests of the wrong type": {"resources": {"requests": ["cpu", "memory"], "limits": 5}, "want": {_both}},
		"amounts of the wrong type": {"resources": {"requests": {"cpu": {}, "memory": true}}, "want": set()},
	}
	got := resource_requests.finding with input as testing.windows_pod(_with(tc.resources))
	got == {_noted("spec.containers[0].resources", says, {}) | some says in tc.want}
}

test_absent if {
	got := resource_requests.finding with input as testing.windows_pod({"containers": [{"name": "app"}]})
	got == {_noted("spec.containers[0].resources", _both, {})}
}

test_lists if {
	got := resource_requests.finding with input as testing.inferred_pod({
		"initContainers": [object.union(_good, {"name": "a"}), {"name": "b"}],
		"containers": [{"name": "c"}, object.union(_good, {"name": "d"}), {"image": "e"}],
		"ephemeralContainers": [{"name": "f"}],
	})
	because := "nodeSelector kubernetes.io/os is windows"
	got == {
		_noted("spec.initContainers[1].resources", _both, {"container": "b", "because": because}),
		_noted("spec.containers[0].resources", _both, {"container": "c", "because": because}),
		_noted("spec.containers[2].resources", _both, {"container": "containers[2]", "because": because}),
	}
}

test_workload if {
	got := resource_requests.finding with input as testing.deployment(object.union(testing.windows, _with({})))
	got == {_noted("spec.template.spec.containers[0].resources", _both, {})}
}

test_host_process[name] if {
	some name, fields in {
		"the pod": {"containers": [{"name": "a"}, {"name": "b"}], "initContainers": [{"name": "c"}]},
		"a container": {
			"securityContext": {},
			"containers": [{"name": "a", "securityContext": {"windowsOptions": {"hostProcess": true}}}],
		},
	}
	got := resource_requests.finding with input as testing.pod(object.union(testing.host_process, fields))
	got == set()
}

test_require_memory_limit[name] if {
	requested := {"cpu": 1, "memory": "1Gi"}
	limit := "This container can overcommit its node. Set a memory limit."
	some name, tc in {
		"a limit": {"resources": {"requests": requested, "limits": {"memory": "2Gi"}}, "want": set()},
		"no limit": {"resources": {"requests": requested}, "want": {limit}},
		"a null limit": {"resources": {"requests": requested, "limits": {"memory": null}}, "want": {limit}},
		"a limit of zero": {"resources": {"requests": requested, "limits": {"memory": "0"}}, "want": {limit}},
		"another limit": {"resources": {"requests": requested, "limits": {"cpu": 1}}, "want": {limit}},
		"nothing": {
			"resources": {},
			"want": {"This container can overcommit its node. Set a cpu request and a memory limit and a memory request."},
		},
	}
	got := resource_requests.finding with input as testing.windows_pod(_with(tc.resources))
		with config as _configured({"requireMemoryLimit": true})
	got == {_noted("spec.containers[0].resources", says, {}) | some says in tc.want}
}

test_requests_equal_limits[title] if {
	unequal := "This container can overcommit its node. Set a memory request equal to the limit."
	some name, tc in {
		"the same amount": {"memory": "1Gi", "limit": "1Gi", "want": set()},
		"the same amount, written differently": {"memory": "1024Mi", "limit": 1073741824, "want": set()},
		"a lower request": {"memory": "300Mi", "limit": "800Mi", "want": {unequal}},
		"1G and 1Gi": {"memory": "1G", "limit": "1Gi", "want": {unequal}},
		"no request": {"memory": null, "limit": "1Gi", "want": set()},
		"no limit": {"memory": "1Gi", "limit": null, "want": set()},
		"a limit of zero": {"memory": "1Gi", "limit": "0", "want": set()},
		"a request of zero": {"memory": "0", "limit": "1Gi", "want": {_memory}},
	}
	resources := {"requests": {"cpu": 1, "memory": tc.memory}, "limits": {"memory": tc.limit}}
	some also, parameters in {
		"with no other parameter": {"requestsEqualLimits": true},
		"with a parameter of the wrong type": {"requestsEqualLimits": true, "requireMemoryLimit": "true"},
	}
	title := sprintf("%s, %s", [name, also])
	got := resource_requests.finding with input as testing.windows_pod(_with(resources))
		with config as _configured(parameters)
	got == {_noted("spec.containers[0].resources", says, {}) | some says in tc.want}
}

test_both_parameters if {
	got := resource_requests.finding with input as testing.windows_pod({"containers": [
		object.union(_good, {"name": "a"}),
		{"name": "b", "resources": {"requests": {"cpu": 1, "memory": 1}, "limits": {"memory": 2}}},
		{"name": "c", "resources": {"limits": {"cpu": 1, "memory": 2}}},
	]})
		with config as _configured({"requestsEqualLimits": true, "requireMemoryLimit": true})
	got == {
		_noted(
			"spec.containers[0].resources",
			"This container can overcommit its node. Set a memory limit.",
			{"container": "a"},
		),
		_noted(
			"spec.containers[1].resources",
			"This container can overcommit its node. Set a memory request equal to the limit.",
			{"container": "b"},
		),
	}
}

test_longest_message if {
	got := resource_requests.finding with input as testing.carrier("batch/v1", "CronJob", object.union(
		testing.windows,
		{"initContainers": [{"name": "a"} | some _ in numbers.range(0, 10)]},
	))
		with config as _configured({"requireMemoryLimit": true})
	count(got) == 12
	{found.msg | some found in got; count(found.msg) > 200} == set()
	{found.msg | some found in got; contains(found.msg, "...")} == set()
}

test_silent[name] if {
	some name, manifest in {
		"a null list": testing.windows_pod({"containers": null}),
		"a null container": testing.windows_pod({"containers": [null]}),
		"a null spec": testing.pod(null),
	}
	got := resource_requests.finding with input as manifest
	got == set()
}

_good := {"resources": {"requests": {"cpu": "100m", "memory": "200Mi"}}}

_with(resources) := {"containers": [{"name": "app", "resources": resources}]}

_configured(parameters) := {"rules": {"resource-requests": {"parameters": parameters}}}

_noted(field, says, more) := testing.expected(
	"note",
	"resource-requests",
	{"field": field, "says": says},
	object.union({"container": "app", "enforcedBy": "advice"}, more),
)
