package lib.windows.rules.pod_level_resources_test

import data.lib.windows.rules.pod_level_resources
import data.lib.windows.testing_test as testing

test_declared[name] if {
	some name, resources in {
		"requests": {"requests": {"cpu": "1"}},
		"limits": {"limits": {"memory": "1Gi"}},
		"empty": {},
		"empty requests": {"requests": {}, "limits": null},
	}
	got := pod_level_resources.finding with input as testing.windows_pod({"resources": resources})
	got == {_refused("spec.resources", "/spec/resources", resources)}
}

test_declared_workload if {
	resources := {"limits": {"cpu": 2}}
	got := pod_level_resources.finding with input as testing.deployment(object.union(
		testing.windows,
		{"resources": resources},
	))
	got == {_refused("spec.template.spec.resources", "/spec/template/spec/resources", resources)}
}

test_inferred[name] if {
	some name, resources in {
		"a cpu request": {"requests": {"cpu": "1"}},
		"a memory limit": {"limits": {"memory": "1Gi"}},
		"a request of zero": {"requests": {"memory": 0}},
		"huge pages": {"limits": {"hugepages-2Mi": "64Mi"}},
		"both": {"requests": {"cpu": "1"}, "limits": {"cpu": "1", "memory": "1Gi"}},
	}
	got := pod_level_resources.finding with input as testing.inferred_pod({"resources": resources})
	got == {_not_admitted(resources)}
}

# The API server rejects these in a pod that declares windows, but the kubelet ignores them.
test_inferred_without_effect[name] if {
	some name, resources in {
		"empty": {},
		"empty lists": {"requests": {}, "limits": {}},
		"null lists": {"requests": null, "limits": null},
		"other resources": {"requests": {"ephemeral-storage": "1Gi", "example.com/cpu": 1}},
		"claims": {"claims": [{"name": "gpu"}]},
		"a string": "cpu",
		"a list": ["cpu"],
		"lists of the wrong type": {"requests": "cpu", "limits": ["memory"]},
	}
	got := pod_level_resources.finding with input as testing.inferred_pod({"resources": resources})
	got == set()
}

test_silent[name] if {
	some name, manifest in {
		"absent": testing.windows_pod({}),
		"null": testing.windows_pod({"resources": null}),
		"null and inferred Windows": testing.inferred_pod({"resources": null}),
		"resources of a container": testing.windows_pod({"containers": [object.union(
			testing.container,
			{"resources": {"requests": {"cpu": "1"}}},
		)]}),
		"a null spec": testing.pod(null),
	}
	got := pod_level_resources.finding with input as manifest
	got == set()
}

_refused(field, pointer, value) := testing.expected(
	"deny",
	"pod-level-resources",
	{
		"field": field,
		"says": "A Windows pod cannot have resources of its own, so the API server rejects the pod. Set them on its containers.",
	},
	{
		"enforcedBy": "apiserver",
		"fix": [{"op": "test", "path": pointer, "value": value}, {"op": "remove", "path": pointer}],
	},
)

_not_admitted(value) := testing.expected(
	"deny",
	"pod-level-resources",
	{
		"field": "spec.resources",
		"says": "A Windows pod cannot have resources of its own, so the kubelet rejects the pod. Set them on its containers.",
	},
	{
		"enforcedBy": "kubelet",
		"because": "nodeSelector kubernetes.io/os is windows",
		"fix": [
			{"op": "test", "path": "/spec/resources", "value": value},
			{"op": "remove", "path": "/spec/resources"},
		],
	},
)
