package lib.windows.gate_test

import data.lib.windows.data.images as known
import data.lib.windows.data.injections
import data.lib.windows.data.platforms
import data.lib.windows.gate
import data.lib.windows.gather
import data.lib.windows.images
import data.lib.windows.ordinary
import data.lib.windows.placement
import data.lib.windows.testing_test as testing
import data.lib.windows.update

_container := {"name": "app", "image": "nginx:1.27", "command": ["/bin/app"]}

_required := {"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": []}}

_cases := {
	"a plain pod": {"spec": {}, "closed": true},
	"a pod that says linux": {
		"spec": {"os": {"name": "linux"}, "nodeSelector": {"kubernetes.io/os": "linux", "disk": "ssd"}},
		"closed": true,
	},
	"a pod as it is admitted": {
		"spec": {
			"tolerations": [
				{"key": "node.kubernetes.io/not-ready", "operator": "Exists"},
				{"key": "node.kubernetes.io/unreachable", "operator": "Exists"},
			],
			"securityContext": {},
			"affinity": {"podAntiAffinity": {}},
		},
		"closed": true,
	},
	"windows": {"spec": {"os": {"name": "windows"}}, "closed": false},
	"an os without name": {"spec": {"os": {}}, "closed": false},
	"a RuntimeClass": {"spec": {"runtimeClassName": "gvisor"}, "closed": false},
	"required node affinity": {"spec": {"affinity": {"nodeAffinity": _required}}, "closed": false},
	"the pod's windowsOptions": {"spec": {"securityContext": {"windowsOptions": {}}}, "closed": false},
	"a container's windowsOptions": {
		"spec": {"initContainers": [{"securityContext": {"windowsOptions": {}}}]},
		"closed": false,
	},
	"a selector of windows": {"spec": {"nodeSelector": {"kubernetes.io/os": "windows"}}, "closed": false},
	"a selector of a build": {"spec": {"nodeSelector": {"node.kubernetes.io/windows-build": "1"}}, "closed": false},
	"a selector of Windows": {"spec": {"nodeSelector": {"kubernetes.io/os": "Windows"}}, "closed": false},
	"a selector of Linux": {"spec": {"nodeSelector": {"kubernetes.io/os": "Linux"}}, "closed": false},
	"a selector of the deprecated label": {"spec": {"nodeSelector": {"beta.kubernetes.io/os": "LINUX"}}, "closed": false},
	"a selector of OpenShift": {"spec": {"nodeSelector": {"node.openshift.io/os_id": "Windows"}}, "closed": false},
	"an image whose name ends in win": {"spec": {"containers": [{"image": "example.com/app-win:1"}]}, "closed": false},
	"PowerShell": {"spec": {"containers": [{"command": ["PowerShell"]}]}, "closed": false},
	"a toleration": {"spec": {"tolerations": [{"key": "os"}]}, "closed": false},
	"a toleration of everything": {"spec": {"tolerations": [{"operator": "Exists"}]}, "closed": false},
	"an image for Windows": {"spec": {"containers": [{"image": "example.com/app:ltsc2022"}]}, "closed": false},
	"a command of Windows": {"spec": {"containers": [{"command": ["cmd.exe"]}]}, "closed": false},
	"a path of Windows": {"spec": {"containers": [{"command": [`c:\app`]}]}, "closed": false},
	"a selector that is none": {"spec": {"nodeSelector": "x"}, "closed": true},
	"containers that are none": {"spec": {"containers": [null, {"image": 1, "command": "x"}]}, "closed": true},
}

_review(spec, parameters) := {
	"review": {"object": testing.pod(object.union({"containers": [_container]}, spec)), "operation": "CREATE"},
	"parameters": parameters,
}

test_closed[name] if {
	some name, tc in _cases
	got := {true | gate.closed} with input as _review(tc.spec, {})
	got == {true | tc.closed}
}

# What the gate keeps back concerns no rule, for every severity and platform.
test_closed_hides_no_finding[name] if {
	some name, tc in _cases
	some platform in ["", "aks", "generic", "gke"]
	asked := _review(tc.spec, {"platform": platform, "severities": ["deny", "warn", "note"]})
	kept := {true | gate.closed} with input as asked
	got := {found | some found in gather.finding; kept == {true}} with input as asked
	got == set()
}

test_closed_is_false_for_other_inputs[name] if {
	asked := _review({}, {})
	some name, value in {
		"a manifest": asked.review.object,
		"a workload": {"review": {"object": testing.deployment({})}},
		"configured rules": object.union(asked, {"parameters": {"rules": {"os-name": {}}}}),
		"taints of their own": object.union(asked, {"parameters": {"taints": []}}),
		"a label": {"review": {"object": object.union(asked.review.object, {"metadata": {"labels": {"kubernetes.io/os": "windows"}}})}},
	}
	got := {true | gate.closed} with input as value
	got == set()
}

# The gate has the library's pattern, and lets through a little more than it.
test_closed_is_false_for_images_that_look_like_windows[image] if {
	some image in ["microsoft/iis", "docker.io/microsoft/iis", "a/dotnet/framework", "x:hostprocess", "NanoServer", "x:ltsc2019", "x-win", "x-win@sha256:1"]
	images.looks_windows(image)
	got := {true | gate.closed} with input as _review({"containers": [{"image": image}]}, {})
	got == set()
}

# The gate names the platforms whose Windows nodes have no taint. Only a Constraint that denies leaves at once there.
test_closed_by_platform[name] if {
	some name, facts in platforms.defaults
	some severities in [["deny"], ["warn"], ["note"], ["deny", "warn"], []]
	closes := {true |
		cases := [count(facts.taints) > 0, {severity | some severity in severities; severity != "deny"} == set()]
		cases[_]
	}
	got := {true | gate.closed} with input as _review({}, {"platform": name, "severities": severities})
	got == closes
}

test_closed_on_a_platform_without_taints[name] if {
	some name, tc in {
		"a pod that selects linux": {"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}}, "want": {true}},
		"a pod that declares linux": {"spec": {"os": {"name": "linux"}}, "want": set()},
		"a pod that selects another label": {"spec": {"nodeSelector": {"disk": "ssd"}}, "want": set()},
	}
	got := {true | gate.closed} with input as _review(tc.spec, {"platform": "aks", "severities": ["warn"]})
	got == tc.want
}

# A field that the gate says it looks at opens it, in some value that a pod may have.
test_closed_is_false_for_each_of_its_fields if {
	opening := {
		"affinity": {"affinity": {"nodeAffinity": _required}},
		"command": {"containers": [{"command": ["cmd.exe"]}]},
		"image": {"containers": [{"image": "microsoft/iis"}]},
		"nodeSelector": {"nodeSelector": {"kubernetes.io/os": "windows"}},
		"os": {"os": {}},
		"runtimeClassName": {"runtimeClassName": "gvisor"},
		"tolerations": {"tolerations": [{"key": "os"}]},
		"windowsOptions": {"securityContext": {"windowsOptions": {}}},
	}
	object.keys(opening) == gate.fields - {"labels", "handler", "scheduling"}
	every spec in opening {
		not gate.closed with input as _review(spec, {})
	}
}

test_os_labels_are_those_of_placement if gate._os_labels == object.keys(placement._ranks)

# lib.windows.facts_test has the pods that are plain and those that are not.
test_plain_is_false_for_other_inputs[name] if {
	review := {"object": testing.windows_pod({})}
	some name, tc in {
		"a plain pod": {"input": {"review": review, "parameters": {"severities": ["deny", "warn"]}}, "want": {true}},
		"a manifest": {"input": review.object, "want": set()},
		"notes": {"input": {"review": review, "parameters": {"severities": ["note"]}}, "want": set()},
		"configured rules": {"input": {"review": review, "parameters": {"rules": {}}}, "want": set()},
		"taints of their own": {"input": {"review": review, "parameters": {"taints": []}}, "want": set()},
		"an unknown field of the pod": {"input": {"review": {"object": testing.windows_pod({"x": 1})}}, "want": set()},
		"an unknown field of a container": {
			"input": {"review": {"object": testing.windows_pod({"containers": [object.union(testing.container, {"x": 1})]})}},
			"want": set(),
		},
		"an unknown field of a volume": {
			"input": {"review": {"object": testing.windows_pod({"volumes": [{"name": "a", "x": {}}]})}},
			"want": set(),
		},
		"ephemeral containers": {"input": {"review": {"object": testing.windows_pod({"ephemeralContainers": []})}}, "want": set()},
		"no containers": {"input": {"review": {"object": testing.windows_pod({"containers": null})}}, "want": set()},
		"a container that is none": {"input": {"review": {"object": testing.windows_pod({"containers": [1]})}}, "want": set()},
	}
	got := {true | gate.plain} with input as tc.input
	got == tc.want
}

# Every host and every key that lib.windows.data names is in the tables of lib.windows.ordinary.
test_plain_knows_every_table if {
	tables := [
		known.windows_only,
		known.windows_only_below,
		known.linux_only,
		known.linux_only_below,
		known.linux_by_default,
		known.both,
		known.moved,
		injections.images,
		injections.images_below,
	]
	labels := {label | some label in ordinary.telling_labels}
	object.keys(injections.requests) - labels == set()
	repositories := {name | some table in tables; some name, _ in table}
	every name in repositories {
		strings.any_prefix_match(name, ordinary.known_owners)
	}
	every folder, _ in known.both_folders {
		strings.any_prefix_match(split(folder, "-"), ordinary.telling_words)
	}
}

# A pod with one of these names as a field, or as a label that it selects, is not plain.
test_absent_names_make_no_pod_plain[name] if {
	some name in gate.absent
	some spec in [
		{name: 1},
		{"nodeSelector": {"kubernetes.io/os": "windows", name: "a"}},
		{"volumes": [{"name": "a", name: {}}]},
		{"containers": [object.union(testing.container, {name: 1})]},
		{"containers": [object.union(testing.container, {"volumeMounts": [{"mountPath": "/a", name: 1}]})]},
		{"securityContext": {name: 1}},
	]
	got := {true | gate.plain} with input as {"review": {"object": testing.windows_pod(spec)}}
	got == set()
}

_scaled(old, new) := {"review": {
	"operation": "UPDATE",
	"oldObject": testing.deployment(old),
	"object": object.union(testing.deployment(new), {"spec": {"replicas": 3}}),
}}

test_same[name] if {
	some name, tc in {
		"a workload that is scaled": {"input": _scaled({}, {}), "want": {true}},
		"another template": {"input": _scaled({}, {"hostPID": true}), "want": set()},
		"another selector": {
			"input": json.patch(_scaled({}, {}), [{"op": "add", "path": "/review/object/spec/selector", "value": {"a": "b"}}]),
			"want": set(),
		},
		"another operation": {"input": json.patch(_scaled({}, {}), [{"op": "replace", "path": "/review/operation", "value": "CREATE"}]), "want": set()},
		"another kind": {"input": json.patch(_scaled({}, {}), [{"op": "replace", "path": "/review/object/kind", "value": "CronJob"}]), "want": set()},
	}
	got := [{true | gate.same}, {true | update.unchanged}] with input as tc.input
	got[0] == tc.want
	got[0] - got[1] == set()
}
