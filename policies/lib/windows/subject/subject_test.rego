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

# The API server removes deletionTimestamp and uid from what somebody creates, so a file cannot pass for a stored object.
test_judged_if_deletion_timestamp_is_set[name] if {
	some title, tc in {
		"by somebody": {"metadata": {"deletionTimestamp": _instant}, "want": {true}},
		"by somebody, with an empty uid": {
			"metadata": {"deletionTimestamp": _instant, "uid": "", "resourceVersion": null},
			"want": {true},
		},
		"by somebody, with a uid that is no text": {"metadata": {"deletionTimestamp": _instant, "uid": 7}, "want": {true}},
		"by somebody, with a finalizer": {"metadata": {"deletionTimestamp": _instant, "finalizers": ["a/b"]}, "want": {true}},
		"by a cluster: the object has a uid": {"metadata": {"deletionTimestamp": _instant, "uid": "u-1"}, "want": set()},
		"by a cluster: the object has a resourceVersion": {
			"metadata": {"deletionTimestamp": _instant, "resourceVersion": "81"},
			"want": set(),
		},
		"to null in a stored object": {"metadata": {"deletionTimestamp": null, "uid": "u-1"}, "want": {true}},
	}
	some door, value in testing.input_forms(object.union(testing.pod(_spec), {"metadata": tc.metadata}))
	name := sprintf("%s, %s", [title, door])
	got := {true | subject.judged} with input as value
	got == tc.want
}

test_judged_if_an_update_meets_a_deletion_timestamp[name] if {
	deleted := object.union(_old, {"metadata": {"deletionTimestamp": _instant}})
	some title, tc in {
		"in both objects": {"before": deleted, "after": deleted, "want": set()},
		"in the new object": {"before": _old, "after": deleted, "want": set()},
		"in the old object": {"before": deleted, "after": _old, "want": {true}},
	}
	some door, value in testing.updates(tc.before, tc.after)
	name := sprintf("%s, %s", [title, door])
	got := {true | subject.judged} with input as value
	got == tc.want
}

_instant := "2026-08-31T00:00:00Z"

test_user[name] if {
	review := {"object": _old, "operation": "CREATE", "userInfo": {"username": "jane", "groups": ["shop"]}}
	some name, tc in {
		"of an AdmissionReview": {"input": testing.admission_review(review), "want": "jane"},
		"of Gatekeeper's review": {"input": {"review": review}, "want": "jane"},
		"of gator, which leaves userInfo empty": {"input": {"review": {"object": _old, "userInfo": {}}}, "want": ""},
		"of Gatekeeper's audit": {"input": {"review": {"object": _old}}, "want": ""},
		"of a manifest": {"input": _old, "want": ""},
		"of a manifest with a stray review": {"input": object.union(_old, {"review": review, "request": review}), "want": ""},
		"of a request whose userInfo is null": {"input": testing.admission_review({"object": _old, "userInfo": null}), "want": ""},
	}
	got := subject.user with input as tc.input
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
