package lib.windows.subject_test

import data.lib.windows.subject
import data.lib.windows.testing_test as testing

_spec := {"containers": [{"name": "app"}]}

_old := testing.pod({"containers": []})

_stray := {
	"review": {"object": _old, "oldObject": _old, "operation": "DELETE", "namespace": "other"},
	"request": {"object": _old, "oldObject": _old, "operation": "DELETE", "namespace": "other"},
	"parameters": {"a": 1},
}

test_shapes[name] if {
	manifest := testing.pod(_spec)
	some name, tc in {
		"a manifest": {
			"input": manifest,
			"want": {"resource": manifest, "old": null, "operation": "", "namespace": "shop", "parameters": null},
		},
		"a manifest with a stray review": {
			"input": object.union(manifest, _stray),
			"want": {
				"resource": object.union(manifest, _stray),
				"old": null,
				"operation": "",
				"namespace": "shop",
				"parameters": null,
			},
		},
		"neither kind nor review": {
			"input": {"parameters": {"a": 1}, "metadata": {"namespace": "shop"}},
			"want": {
				"resource": {"parameters": {"a": 1}, "metadata": {"namespace": "shop"}},
				"old": null,
				"operation": "",
				"namespace": "shop",
				"parameters": null,
			},
		},
		"an AdmissionReview": {
			"input": testing.admission_review({"object": manifest, "namespace": "other"}),
			"want": {"resource": manifest, "old": null, "operation": "CREATE", "namespace": "other", "parameters": null},
		},
		"an AdmissionReview without namespace": {
			"input": testing.admission_review({"object": manifest}),
			"want": {"resource": manifest, "old": null, "operation": "CREATE", "namespace": "shop", "parameters": null},
		},
		"an AdmissionReview of an UPDATE": {
			"input": testing.admission_review({"operation": "UPDATE", "object": manifest, "oldObject": _old}),
			"want": {"resource": manifest, "old": _old, "operation": "UPDATE", "namespace": "shop", "parameters": null},
		},
		"an AdmissionReview of a DELETE": {
			"input": testing.admission_review({"operation": "DELETE", "object": null, "oldObject": _old, "namespace": "shop"}),
			"want": {"resource": null, "old": _old, "operation": "DELETE", "namespace": "shop", "parameters": null},
		},
		"Gatekeeper": {
			"input": {
				"review": {"object": manifest, "operation": "CREATE", "namespace": "other"},
				"parameters": {"a": 1},
			},
			"want": {
				"resource": manifest,
				"old": null,
				"operation": "CREATE",
				"namespace": "other",
				"parameters": {"a": 1},
			},
		},
		"Gatekeeper, UPDATE": {
			"input": {"review": {"operation": "UPDATE", "object": manifest, "oldObject": _old}},
			"want": {"resource": manifest, "old": _old, "operation": "UPDATE", "namespace": "shop", "parameters": {}},
		},
		"Gatekeeper's audit": {
			"input": {"review": {"object": manifest}, "parameters": {}},
			"want": {"resource": manifest, "old": null, "operation": "", "namespace": "shop", "parameters": {}},
		},
		"nothing": {
			"input": null,
			"want": {"resource": null, "old": null, "operation": "", "namespace": null, "parameters": null},
		},
	}
	got := {
		"resource": _or_null({value | value := subject.resource}),
		"old": _or_null({value | value := subject.old_resource}),
		"operation": subject.operation,
		"namespace": _or_null({value | value := subject.namespace}),
		"parameters": _or_null({value | value := subject.parameters}),
	} with input as tc.input
	got == tc.want
}

test_subresource[name] if {
	manifest := testing.pod(_spec)
	some name, tc in {
		"of an AdmissionReview": {
			"input": testing.admission_review({"operation": "UPDATE", "subResource": "resize", "object": manifest}),
			"want": "resize",
		},
		"Gatekeeper": {
			"input": {"review": {"operation": "UPDATE", "subResource": "resize", "object": manifest}},
			"want": "resize",
		},
		"an AdmissionReview without subresource": {"input": testing.admission_review({"object": manifest}), "want": ""},
		"Gatekeeper without subresource": {"input": {"review": {"operation": "UPDATE", "object": manifest}}, "want": ""},
		"of a manifest": {"input": manifest, "want": ""},
		"of a manifest with a stray request": {
			"input": object.union(manifest, {
				"review": {"subResource": "resize"},
				"request": {"subResource": "resize"},
			}),
			"want": "",
		},
		"of the object that an UPDATE replaces, in Gatekeeper": {
			"input": _old_input_of({"review": {
				"operation": "UPDATE",
				"subResource": "resize",
				"object": manifest,
				"oldObject": _old,
			}}),
			"want": "",
		},
		"of the object that an UPDATE replaces": {
			"input": _old_input_of(testing.admission_review({
				"operation": "UPDATE",
				"subResource": "resize",
				"object": manifest,
				"oldObject": _old,
			})),
			"want": "",
		},
		"null": {"input": null, "want": ""},
	}
	got := subject.subresource with input as tc.input
	got == tc.want
}

_old_input_of(value) := old_input if {
	old_input := subject.old_input with input as value
}

_or_null(values) := null if {
	count(values) == 0
} else := [value | some value in values][0]

test_judged[name] if {
	manifest := testing.pod(_spec)
	deleted := object.union(manifest, {"metadata": {"deletionTimestamp": "2026-08-31T00:00:00Z"}})
	alive := object.union(manifest, {"metadata": {"deletionTimestamp": null}})
	some name, tc in {
		"a manifest": {"input": manifest, "want": {true}},
		"CREATE": {"input": testing.admission_review({"object": manifest}), "want": {true}},
		"UPDATE": {"input": testing.admission_review({"operation": "UPDATE", "object": manifest}), "want": {true}},
		"DELETE": {"input": testing.admission_review({"operation": "DELETE", "object": manifest}), "want": set()},
		"DELETE with a null object": {
			"input": testing.admission_review({"operation": "DELETE", "object": null}),
			"want": set(),
		},
		"DELETE in Gatekeeper, which copies the old object": {
			"input": {"review": {"operation": "DELETE", "object": manifest, "oldObject": manifest}},
			"want": set(),
		},
		"CONNECT": {"input": testing.admission_review({"operation": "CONNECT", "object": manifest}), "want": set()},
		"being deleted": {"input": deleted, "want": set()},
		"being deleted, in an UPDATE": {
			"input": testing.admission_review({"operation": "UPDATE", "object": deleted}),
			"want": set(),
		},
		"being deleted, in Gatekeeper's audit": {"input": {"review": {"object": deleted}}, "want": set()},
		"deletionTimestamp null": {"input": alive, "want": {true}},
		"null metadata": {"input": {"apiVersion": "v1", "kind": "Pod", "metadata": null}, "want": {true}},
		"no kind": {"input": object.remove(manifest, ["kind"]), "want": set()},
		"an empty review": {"input": {"review": {}}, "want": set()},
		"null": {"input": null, "want": set()},
		"a string": {"input": "Pod", "want": set()},
		"a list": {"input": [manifest], "want": set()},
		"a number": {"input": 1, "want": set()},
	}
	got := {true | subject.judged} with input as tc.input
	got == tc.want
}

test_pod_kinds if {
	got := {sprintf("%s %s: %s", [api_version, kind, concat(".", path)]) |
		some api_version, kinds in subject.pod_kinds
		some kind, path in kinds
	}
	got == {
		"v1 Pod: spec",
		"v1 PodTemplate: template.spec",
		"v1 ReplicationController: spec.template.spec",
		"apps/v1 DaemonSet: spec.template.spec",
		"apps/v1 Deployment: spec.template.spec",
		"apps/v1 ReplicaSet: spec.template.spec",
		"apps/v1 StatefulSet: spec.template.spec",
		"apps/v1beta1 Deployment: spec.template.spec",
		"apps/v1beta1 StatefulSet: spec.template.spec",
		"apps/v1beta2 DaemonSet: spec.template.spec",
		"apps/v1beta2 Deployment: spec.template.spec",
		"apps/v1beta2 ReplicaSet: spec.template.spec",
		"apps/v1beta2 StatefulSet: spec.template.spec",
		"extensions/v1beta1 DaemonSet: spec.template.spec",
		"extensions/v1beta1 Deployment: spec.template.spec",
		"extensions/v1beta1 ReplicaSet: spec.template.spec",
		"batch/v1 CronJob: spec.jobTemplate.spec.template.spec",
		"batch/v1 Job: spec.template.spec",
		"batch/v1beta1 CronJob: spec.jobTemplate.spec.template.spec",
		"batch/v2alpha1 CronJob: spec.jobTemplate.spec.template.spec",
	}
}

test_pod_of_every_kind[name] if {
	some kind, carrier in testing.carriers(_spec)
	some door, value in testing.input_forms(carrier.object)
	name := sprintf("%s by %s", [kind, door])
	got := [subject.pod, subject.pod_spec_field, subject.pod_field("os.name")] with input as value
	got == [_spec, carrier.prefix, concat(".", [carrier.prefix, "os.name"])]
}

test_pod_metadata[name] if {
	some name, tc in {
		"of a Pod": {
			"input": {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": {"a": "b"}}},
			"path": "metadata.labels",
			"want": {"labels": {"a": "b"}},
		},
		"of a PodTemplate": {
			"input": {"apiVersion": "v1", "kind": "PodTemplate", "template": {"metadata": {"labels": {"a": "b"}}}},
			"path": "template.metadata.labels",
			"want": {"labels": {"a": "b"}},
		},
		"of the template of a Deployment": {
			"input": {
				"apiVersion": "apps/v1",
				"kind": "Deployment",
				"metadata": {"labels": {"c": "d"}},
				"spec": {"template": {"metadata": {"labels": {"a": "b"}}}},
			},
			"path": "spec.template.metadata.labels",
			"want": {"labels": {"a": "b"}},
		},
		"a template without metadata": {
			"input": {"apiVersion": "batch/v1", "kind": "CronJob", "spec": {"jobTemplate": {}}},
			"path": "spec.jobTemplate.spec.template.metadata.labels",
			"want": {},
		},
	}
	got := [subject.pod_metadata, subject.pod_metadata_field("labels")] with input as tc.input
	got == [tc.want, tc.path]
}

test_custom_resources[name] if {
	some name, tc in {
		"a pod template": {
			"input": _custom({"template": {"spec": _spec}}),
			"want": {_spec},
		},
		"an empty list of containers": {
			"input": _custom({"template": {"spec": {"containers": []}}}),
			"want": {{"containers": []}},
		},
		"a node pool": {"input": _custom({"template": {"spec": {"os": {"name": "windows"}}}}), "want": set()},
		"containers of the wrong type": {
			"input": _custom({"template": {"spec": {"containers": 3}}}),
			"want": set(),
		},
		"a Pod of another API group": {
			"input": {"apiVersion": "example.com/v1", "kind": "Pod", "spec": _spec},
			"want": set(),
		},
		"a kind of the table in another API group, without containers": {
			"input": {"apiVersion": "example.com/v1", "kind": "Deployment", "spec": {"template": {"spec": {}}}},
			"want": set(),
		},
	}
	got := {pod | pod := subject.pod} with input as tc.input
	got == tc.want
}

_custom(spec) := {"apiVersion": "argoproj.io/v1alpha1", "kind": "Rollout", "spec": spec}

test_no_pod[name] if {
	some name, tc in {
		"a Pod without spec": {"input": {"apiVersion": "v1", "kind": "Pod"}, "want": {null}},
		"a Pod whose spec is null": {"input": {"apiVersion": "v1", "kind": "Pod", "spec": null}, "want": {null}},
		"a Deployment without template": {
			"input": {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {}},
			"want": {null},
		},
		"a Service": {"input": {"apiVersion": "v1", "kind": "Service", "spec": {}}, "want": set()},
		"null": {"input": null, "want": set()},
	}
	got := {pod | pod := subject.pod} with input as tc.input
	got == tc.want
}

test_bound[name] if {
	some name, tc in {
		"a name": {"spec": {"nodeName": "node-1"}, "want": {true}},
		"no name": {"spec": {}, "want": set()},
		"an empty name": {"spec": {"nodeName": ""}, "want": set()},
		"null": {"spec": {"nodeName": null}, "want": set()},
	}
	got := {true | subject.bound} with input as testing.pod(tc.spec)
	got == tc.want
}

test_controlled[name] if {
	owner := {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d4f", "controller": true}
	some name, tc in {
		"a controller with a pod template": {"owners": [owner], "want": {true}},
		"the second of two owners": {"owners": [object.union(owner, {"controller": false}), owner], "want": {true}},
		"an owner that is not a controller": {"owners": [object.remove(owner, ["controller"])], "want": set()},
		"a controller without pod template": {
			"owners": [object.union(owner, {"apiVersion": "example.com/v1", "kind": "Game"})],
			"want": set(),
		},
		"a node": {"owners": [object.union(owner, {"apiVersion": "v1", "kind": "Node"})], "want": set()},
		"no owner": {"owners": [], "want": set()},
		"null owners": {"owners": null, "want": set()},
		"owners of the wrong type": {"owners": "ReplicaSet", "want": set()},
	}
	got := {true | subject.controlled} with input as object.union(
		testing.pod(_spec),
		{"metadata": {"ownerReferences": tc.owners}},
	)
	got == tc.want
}

test_old_input[name] if {
	some name, tc in {
		"in an AdmissionReview": {
			"input": testing.admission_review({"operation": "UPDATE", "object": {}, "oldObject": _old}),
			"want": {_old},
		},
		"in Gatekeeper, with the Constraint's parameters and every severity": {
			"input": {
				"review": {"operation": "UPDATE", "object": {}, "oldObject": _old},
				"parameters": {"platform": "gke"},
			},
			"want": {{
				"review": {"object": _old, "operation": "CREATE"},
				"parameters": {"platform": "gke", "severities": ["deny", "warn", "note"]},
			}},
		},
		"of a manifest": {"input": _old, "want": set()},
		"of an UPDATE without old object": {"input": {"review": {"operation": "UPDATE", "object": {}}}, "want": set()},
	}
	got := {value | value := subject.old_input} with input as tc.input
	got == tc.want
}
