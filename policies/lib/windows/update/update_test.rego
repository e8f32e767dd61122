package lib.windows.update_test

import data.lib.windows.testing_test as testing
import data.lib.windows.update

_pod := object.union(testing.windows_pod({}), {"metadata": {"labels": {"app": "web"}}})

_deployment := object.union(testing.deployment(testing.windows), {"spec": {
	"replicas": 1,
	"selector": {"matchLabels": {"app": "web"}},
	"template": {"metadata": {"labels": {"app": "web"}}},
}})

test_unchanged[name] if {
	some title, tc in {
		"nothing": {"old": _pod, "change": {}, "want": {true}},
		"the finalizers of a Pod": {"old": _pod, "change": {"metadata": {"finalizers": ["a/b"]}}, "want": {true}},
		"the status of a Pod": {"old": _pod, "change": {"status": {"phase": "Running"}}, "want": {true}},
		"the labels of a Pod": {"old": _pod, "change": {"metadata": {"labels": {"app": "db"}}}, "want": set()},
		"the first label of a Pod": {
			"old": testing.windows_pod({}),
			"change": {"metadata": {"labels": {"app": "db"}}},
			"want": set(),
		},
		"the spec of a Pod": {"old": _pod, "change": {"spec": {"hostPID": true}}, "want": set()},
		"the replicas of a Deployment": {"old": _deployment, "change": {"spec": {"replicas": 5}}, "want": {true}},
		"the labels of a Deployment": {
			"old": _deployment,
			"change": {"metadata": {"labels": {"team": "a"}}},
			"want": {true},
		},
		"the labels of its pods": {
			"old": _deployment,
			"change": {"spec": {"template": {"metadata": {"labels": {"app": "db"}}}}},
			"want": set(),
		},
		"the selector of a Deployment": {
			"old": _deployment,
			"change": {"spec": {"selector": {"matchLabels": {"app": "db"}}}},
			"want": set(),
		},
		"the spec of its pods": {
			"old": _deployment,
			"change": {"spec": {"template": {"spec": {"hostPID": true}}}},
			"want": set(),
		},
		"an object without a pod": {
			"old": testing.runtime_class,
			"change": {},
			"want": set(),
		},
	}
	some door, value in testing.updates(tc.old, object.union(tc.old, tc.change))
	name := sprintf("%s by %s", [title, door])
	got := {true | update.unchanged} with input as value
	got == tc.want
}

test_unchanged_is_only_for_an_update[name] if {
	some name, value in object.union(testing.input_forms(_pod), {
		"CREATE with an old object": testing.admission_review({"object": _pod, "oldObject": _pod}),
		"UPDATE without old object": testing.admission_review({"operation": "UPDATE", "object": _pod}),
		"UPDATE whose old object is null": testing.admission_review({
			"operation": "UPDATE",
			"object": _pod,
			"oldObject": null,
		}),
		"UPDATE of null": testing.admission_review({"operation": "UPDATE", "object": null, "oldObject": null}),
	})
	not update.unchanged with input as value
}

_finding(field, more) := {"details": object.union({"rule": "a-rule", "severity": "warn", "field": field}, more)}

test_identity[name] if {
	manifest := testing.windows_pod({
		"containers": [{"name": "a"}, {"name": "b", "tty": false}],
		"volumes": [{"name": "a"}, {"name": "b", "hostPath": {"path": "/b"}}],
	})
	some name, tc in {
		"of a field": {
			"finding": _finding("spec.os.name", {}),
			"want": {"container": "", "field": "spec.os.name", "value": "windows"},
		},
		"of an absent field": {
			"finding": _finding("spec.nodeName", {}),
			"want": {"container": "", "field": "spec.nodeName", "value": null},
		},
		"a container's field: the index does not matter": {
			"finding": _finding("spec.containers[1].tty", {"container": "b"}),
			"want": {"container": "b", "field": "spec.containers.tty", "value": false},
		},
		"of an init container's field": {
			"finding": _finding("spec.initContainers[10].tty", {"container": "c"}),
			"want": {"container": "c", "field": "spec.initContainers.tty", "value": null},
		},
		"of an ephemeral container's field": {
			"finding": _finding("spec.ephemeralContainers[0].tty", {"container": "c"}),
			"want": {"container": "c", "field": "spec.ephemeralContainers.tty", "value": null},
		},
		"an item of another list: the value matters": {
			"finding": _finding("spec.volumes[1].hostPath", {}),
			"want": {"container": "", "field": "spec.volumes.hostPath", "value": {"path": "/b"}},
		},
	}
	update.identity(manifest, tc.finding) == object.union(tc.want, {"rule": "a-rule", "severity": "warn"})
}
