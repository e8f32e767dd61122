package lib.windows.rules.os_name_test

import data.lib.windows.config
import data.lib.windows.rules.os_name
import data.lib.windows.testing_test as testing

_os(value) := testing.pod(object.union(object.remove(testing.windows, ["os"]), {"os": value}))

_everywhere := {"rules": {"os-name": {"parameters": {"requireOnAllPods": true}}}}

test_invalid[name] if {
	some name, tc in {
		"windows": {"os": {"name": "windows"}, "want": set()},
		"linux": {"os": {"name": "linux"}, "want": set()},
		"windows in upper case": {"os": {"name": "Windows"}, "want": {_unsupported}},
		"another OS": {"os": {"name": "freebsd"}, "want": {_unsupported}},
		"a name that is not a string": {"os": {"name": false}, "want": {_unsupported}},
		"an empty name": {"os": {"name": ""}, "want": {_required}},
		"a null name": {"os": {"name": null}, "want": {_required}},
		"no name": {"os": {}, "want": {_required}},
		"an os that is a string": {"os": "windows", "want": set()},
	}
	got := os_name.finding with input as _os(tc.os)
	got == tc.want
	applies := {true | os_name.applies} with input as _os(tc.os)
	applies == {true | count(tc.want) > 0}
}

test_invalid_in_a_workload if {
	got := os_name.finding with input as testing.deployment(object.union(testing.windows, {"os": {"name": "Windows"}}))
	got == {object.union(_unsupported, {
		"msg": "spec.template.spec.os: The name is not windows or linux in lower case, so the API server rejects the pod. Correct the name. (os-name)",
		"details": {"field": "spec.template.spec.os"},
	})}
}

test_missing[name] if {
	add := {"op": "add", "path": "/spec/os", "value": {"name": "windows"}}
	some title, tc in {
		"no os": {"fields": {}, "fix": [add]},
		"a null os": {"fields": {"os": null}, "fix": [
			{"op": "test", "path": "/spec/os", "value": null},
			{"op": "replace", "path": "/spec/os", "value": {"name": "windows"}},
		]},
		"no os, and fields that the API server refuses beside windows": {
			"fields": {
				"hostPID": true,
				"hostUsers": false,
				"resources": {},
				"securityContext": {"fsGroup": 0, "runAsNonRoot": true},
				"containers": [{}, {"name": "app", "securityContext": {"privileged": false}}],
			},
			"fix": [
				{"op": "test", "path": "/spec/containers/1/securityContext", "value": {"privileged": false}},
				{"op": "remove", "path": "/spec/containers/1/securityContext"},
				{"op": "test", "path": "/spec/hostPID", "value": true},
				{"op": "remove", "path": "/spec/hostPID"},
				{"op": "test", "path": "/spec/hostUsers", "value": false},
				{"op": "remove", "path": "/spec/hostUsers"},
				{"op": "test", "path": "/spec/resources", "value": {}},
				{"op": "remove", "path": "/spec/resources"},
				{"op": "test", "path": "/spec/securityContext/fsGroup", "value": 0},
				{"op": "remove", "path": "/spec/securityContext/fsGroup"},
				add,
			],
		},
	}
	some circumstance, configuration in {"no configuration": {}, "required on all pods": _everywhere}
	name := sprintf("%s, %s", [title, circumstance])
	got := os_name.finding with input as testing.inferred_pod(tc.fields) with config as configuration
	got == {testing.expected(
		"note",
		"os-name",
		{
			"field": "spec.os.name",
			"says": "The name is not set, so the API server does not check the pod as a Windows pod. Set the name to windows.",
		},
		{"enforcedBy": "advice", "because": "nodeSelector kubernetes.io/os is windows", "fix": tc.fix},
	)}
}

test_required_on_all_pods[name] if {
	some name, tc in {
		"a pod of no known OS": {
			"input": testing.pod({}),
			"config": _everywhere,
			"want": {_wanted("nothing names the OS of the pod")},
		},
		"a pod placed on linux": {
			"input": testing.pod({"nodeSelector": {"kubernetes.io/os": "linux"}}),
			"config": _everywhere,
			"want": {_wanted("nodeSelector kubernetes.io/os is linux")},
		},
		"a pod that declares linux": {"input": testing.pod({"os": {"name": "linux"}}), "config": _everywhere, "want": set()},
		"an object without a pod": {"input": testing.runtime_class, "config": _everywhere, "want": set()},
		"a pod with a null spec": {"input": testing.pod(null), "config": _everywhere, "want": set()},
		"a pod of no known OS, without configuration": {"input": testing.pod({}), "config": {}, "want": set()},
		"a parameter of the wrong type, which keeps the default": {
			"input": testing.pod({}),
			"config": {"rules": {"os-name": {"parameters": {"requireOnAllPods": "true"}}}},
			"want": set(),
		},
	}
	got := os_name.finding with input as tc.input with config as tc.config
	got == tc.want
	applies := {true | os_name.applies} with input as tc.input with config as tc.config
	applies == {true | count(tc.want) > 0}
}

_required := testing.expected(
	"deny",
	"os-name",
	{"field": "spec.os.name", "says": "spec.os has no name, so the API server rejects the pod. Set the name to windows or linux."},
	{"enforcedBy": "apiserver", "because": "spec.os is set"},
)

_unsupported := testing.expected(
	"deny",
	"os-name",
	{"field": "spec.os", "says": "The name is not windows or linux in lower case, so the API server rejects the pod. Correct the name."},
	{"enforcedBy": "apiserver", "because": "spec.os is set"},
)

_wanted(because) := testing.expected(
	"note",
	"os-name",
	{
		"field": "spec.os.name",
		"says": "The name is not set, but the configuration requires it on every pod. Set the name to linux or windows.",
	},
	{"enforcedBy": "advice", "because": because},
)
