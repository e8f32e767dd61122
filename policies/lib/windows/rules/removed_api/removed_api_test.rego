package lib.windows.rules.removed_api_test

import data.lib.windows.config
import data.lib.windows.data.apis
import data.lib.windows.rules.removed_api
import data.lib.windows.subject
import data.lib.windows.testing_test as testing

_served := {
	"CronJob": "batch/v1",
	"DaemonSet": "apps/v1",
	"Deployment": "apps/v1",
	"Job": "batch/v1",
	"ReplicaSet": "apps/v1",
	"StatefulSet": "apps/v1",
}

# Every kind of subject.pod_kinds is either of a served version, or found.
test_every_version[name] if {
	some name, carrier in testing.carriers(testing.windows)
	version := carrier.object.apiVersion
	got := removed_api.finding with input as carrier.object
	got == {_found(_served[carrier.object.kind], _fixed(carrier.object)) | not version in {"apps/v1", "batch/v1", "v1"}}
}

_fixed(object_) := {"fix": _replace(object_.apiVersion, "batch/v1")} if {
	object_.kind == "CronJob"
} else := {}

_replace(from, to) := [
	{"op": "test", "path": "/apiVersion", "value": from},
	{"op": "replace", "path": "/apiVersion", "value": to},
]

test_all_removed_versions_are_dated if {
	removed := object.keys(subject.pod_kinds) - {"v1", "apps/v1", "batch/v1"}
	removed == object.keys(apis.removed)
}

test_versions_that_never_existed[name] if {
	some name, tc in {
		"a version of apps": {"version": "apps/v1beta3", "kind": "Deployment", "want": {"apps/v1"}},
		"the group of another kind": {"version": "apps/v1", "kind": "Job", "want": {"batch/v1"}},
		"no group": {"version": "v1", "kind": "Deployment", "want": {"apps/v1"}},
		"an old version of the core": {"version": "v1beta3", "kind": "ReplicationController", "want": {"v1"}},
		"another group": {"version": "apps.openshift.io/v1", "kind": "Deployment", "want": set()},
		"another kind": {"version": "apps/v1beta1", "kind": "Rollout", "want": set()},
		"a version of the wrong type": {"version": 1, "kind": "Deployment", "want": set()},
	}
	got := removed_api.finding with input as _workload(tc.version, tc.kind)
	{found.msg | some found in got} == {_message(version) | some version in tc.want}
}

_workload(version, kind) := {
	"apiVersion": version,
	"kind": kind,
	"metadata": {"name": "web"},
	"spec": {"template": {"spec": testing.windows}},
}

test_kubernetes_version[name] if {
	some name, want in {"1.15": set(), "1.16": {"apps/v1"}, "1.37.2": {"apps/v1"}}
	got := removed_api.finding with input as _workload("extensions/v1beta1", "Deployment")
		with config as {"kubernetesVersion": name}
	{found.msg | some found in got} == {_message(version) | some version in want}
}

test_fix[name] if {
	some name, tc in {
		"a selector": {"selector": {"matchLabels": {"app": "web"}}, "want": {_replace("apps/v1beta2", "apps/v1")}},
		"an empty selector": {"selector": {"matchLabels": {}}, "want": set()},
		"no selector": {"selector": null, "want": set()},
	}
	manifest := object.union(_workload("apps/v1beta2", "Deployment"), {"spec": {"selector": tc.selector}})
	got := removed_api.finding with input as manifest
	{found.details.fix | some found in got} == tc.want
}

_message(version) := sprintf(
	"apiVersion: Kubernetes does not serve this version of the kind, so the API server rejects the object. Use %s. (removed-api)",
	[version],
)

_found(version, more) := testing.expected(
	"deny",
	"removed-api",
	{
		"field": "apiVersion",
		"says": sprintf(
			"Kubernetes does not serve this version of the kind, so the API server rejects the object. Use %s.",
			[version],
		),
	},
	object.union({"enforcedBy": "apiserver"}, more),
)
