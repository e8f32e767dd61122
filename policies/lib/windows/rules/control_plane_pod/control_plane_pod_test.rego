package lib.windows.rules.control_plane_pod_test

import data.lib.windows.config
import data.lib.windows.rules.control_plane_pod
import data.lib.windows.testing_test as testing

_role := "node-role.kubernetes.io/control-plane"

_terms_field := "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

_labelled(namespace, labels) := object.union(testing.windows_pod({}), {"metadata": {
	"namespace": namespace,
	"labels": labels,
}})

_affinity(terms) := {"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
	"nodeSelectorTerms": terms,
}}}}

_term(key, operator) := {"matchExpressions": [{"key": key, "operator": operator}]}

test_component[name] if {
	some name, tc in {
		"by its name": {
			"input": _labelled("kube-system", {"component": "kube-apiserver"}),
			"want": {"metadata.labels[component]"},
		},
		"by its tier alone, which nothing reads": {
			"input": _labelled("kube-system", {"component": "other", "tier": "control-plane"}),
			"want": set(),
		},
		"in another namespace": {"input": _labelled("shop", {"component": "etcd", "tier": "control-plane"}), "want": set()},
		"a node agent": {
			"input": _labelled("kube-system", {"component": "kube-proxy", "tier": "node"}),
			"want": set(),
		},
		"without labels": {"input": _labelled("kube-system", null), "want": set()},
		"with labels of the wrong type": {"input": _labelled("kube-system", "etcd"), "want": set()},
	}
	got := control_plane_pod.finding with input as tc.input
	got == {_component(field) | some field in tc.want}
}

test_components_of_the_configuration if {
	got := control_plane_pod.finding with input as _labelled("kube-system", {"component": "cloud-controller-manager"})
		with config as {"rules": {"control-plane-pod": {"parameters": {"components": ["cloud-controller-manager"]}}}}
	got == {_component("metadata.labels[component]")}
}

test_component_of_a_workload if {
	manifest := json.patch(testing.deployment(testing.windows), [
		{"op": "replace", "path": "/metadata/namespace", "value": "kube-system"},
		{"op": "add", "path": "/spec/template/metadata", "value": {"labels": {"component": "etcd"}}},
	])
	got := control_plane_pod.finding with input as manifest
	got == {_component("spec.template.metadata.labels[component]")}
}

test_component_that_selects_its_nodes_is_one_finding if {
	got := control_plane_pod.finding with input as object.union(
		_labelled("kube-system", {"component": "etcd"}),
		{"spec": {"nodeSelector": {_role: ""}}},
	)
	got == {_component("metadata.labels[component]")}
}

test_nodes[name] if {
	some name, tc in {
		"by selector": {
			"fields": {"nodeSelector": {"kubernetes.io/os": "windows", _role: ""}},
			"want": {[
				"spec.nodeSelector[node-role.kubernetes.io/control-plane]",
				"nodeSelector requires node-role.kubernetes.io/control-plane",
			]},
		},
		"by the removed label": {
			"fields": {"nodeSelector": {"node-role.kubernetes.io/master": "true"}},
			"want": {[
				"spec.nodeSelector[node-role.kubernetes.io/master]",
				"nodeSelector requires node-role.kubernetes.io/master",
			]},
		},
		"by affinity": {
			"fields": _affinity([_term(_role, "Exists")]),
			"want": {[_terms_field, "required node affinity requires node-role.kubernetes.io/control-plane"]},
		},
		"by the RuntimeClass": {
			"fields": {"runtimeClassName": "control-plane"},
			"want": {["spec.runtimeClassName", "RuntimeClass requires node-role.kubernetes.io/control-plane"]},
		},
		"by one of two terms": {"fields": _affinity([_term(_role, "Exists"), _term("disk", "Exists")]), "want": set()},
		"excluded by affinity": {"fields": _affinity([_term(_role, "DoesNotExist")]), "want": set()},
		"only a toleration of their taint": {"fields": {"tolerations": [{"key": _role, "operator": "Exists"}]}, "want": set()},
		"no selector of control plane nodes": {"fields": {}, "want": set()},
	}
	got := control_plane_pod.finding with input as testing.windows_pod(tc.fields)
		with config as {"runtimeClasses": {"classes": {"control-plane": {"scheduling": {"nodeSelector": {_role: ""}}}}}}
	got == {_selected(field, because) | some [field, because] in tc.want}
}

_component(field) := object.union({"yieldsTo": ["os-conflict"]}, testing.expected(
	"deny",
	"control-plane-pod",
	{"field": field, "says": "The control plane runs only on Linux, so this pod cannot work on a Windows node. Select Linux nodes."},
	{"enforcedBy": "runtime"},
))

_selected(field, because) := object.union({"yieldsTo": ["os-conflict"]}, testing.expected(
	"deny",
	"control-plane-pod",
	{
		"field": field,
		"says": "No Windows node is a control plane node, so the pod stays Pending. Select worker nodes.",
	},
	{"enforcedBy": "scheduler", "because": because},
))
