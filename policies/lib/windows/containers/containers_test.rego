package lib.windows.containers_test

import data.lib.windows.containers
import data.lib.windows.testing_test as testing

test_of_pod[name] if {
	some name, tc in {
		"init containers, containers and ephemeral containers": {
			"spec": {
				"initContainers": [{"name": "a"}],
				"containers": [{"name": "b"}, {"name": "c"}],
				"ephemeralContainers": [{"name": "d"}],
			},
			"want": {
				{"name": "a", "list": "initContainers", "index": 0, "spec": {"name": "a"}},
				{"name": "b", "list": "containers", "index": 0, "spec": {"name": "b"}},
				{"name": "c", "list": "containers", "index": 1, "spec": {"name": "c"}},
				{"name": "d", "list": "ephemeralContainers", "index": 0, "spec": {"name": "d"}},
			},
		},
		"two with one name stay two": {
			"spec": {"containers": [{"name": "a"}, {"name": "a"}]},
			"want": {
				{"name": "a", "list": "containers", "index": 0, "spec": {"name": "a"}},
				{"name": "a", "list": "containers", "index": 1, "spec": {"name": "a"}},
			},
		},
		"one without a name gets list and index as name": {
			"spec": {"initContainers": [{"name": null}], "containers": [{"name": "a"}, {}]},
			"want": {
				{"name": "initContainers[0]", "list": "initContainers", "index": 0, "spec": {"name": null}},
				{"name": "a", "list": "containers", "index": 0, "spec": {"name": "a"}},
				{"name": "containers[1]", "list": "containers", "index": 1, "spec": {}},
			},
		},
		"items that are not objects are skipped": {
			"spec": {"initContainers": null, "containers": [null, "a", 1, [], {"name": "b"}], "ephemeralContainers": "x"},
			"want": {{"name": "b", "list": "containers", "index": 4, "spec": {"name": "b"}}},
		},
		"none": {"spec": {}, "want": set()},
		"null spec": {"spec": null, "want": set()},
	}
	got := containers.of_pod with input as testing.pod(tc.spec)
	got == tc.want
}

test_paths if {
	manifest := testing.deployment({"initContainers": [{}, {"name": "a"}]})
	some container in containers.of_pod with input as manifest
	container.name == "a"
	place := containers.path(container) with input as manifest
	place == "spec.template.spec.initContainers[1]"
	field := containers.field(container, "securityContext.privileged") with input as manifest
	field == "spec.template.spec.initContainers[1].securityContext.privileged"
}
