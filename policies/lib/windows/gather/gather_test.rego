package lib.windows.gather_test

import data.lib.windows.config
import data.lib.windows.gather
import data.lib.windows.linux_only
import data.lib.windows.testing_test as testing
import data.lib.windows.violation

# A pod of which several rules say something, of every severity: (rule, severity, field below the PodSpec).
_bad := {
	"nodeSelector": {"kubernetes.io/os": "windows"},
	"hostPID": true,
	"securityContext": {"runAsUser": 0},
	"initContainers": [{"name": "init", "resources": testing.requests, "securityContext": {"privileged": true}}],
	"containers": [{"name": "app", "resources": testing.requests, "securityContext": {"futureField": 1, "capabilities": {}}}],
}

_bad_findings := {
	["host-namespaces", "warn", "hostPID"],
	["linux-security-context", "warn", "securityContext.runAsUser"],
	["linux-security-context", "warn", "initContainers[0].securityContext.privileged"],
	["linux-security-context", "warn", "containers[0].securityContext.futureField"],
	["linux-security-context", "warn", "containers[0].securityContext.capabilities"],
	["os-name", "note", "os.name"],
	["toleration", "warn", "tolerations"],
}

_generic := {"platform": "generic"}

_told(findings) := {[found.details.rule, found.details.severity, found.details.field] | some found in findings}

test_every_input_form[name] if {
	manifest := testing.pod(_bad)
	some name, value in object.union(testing.input_forms(manifest), {
		"a manifest with a stray review": object.union(manifest, {"review": {"object": testing.windows_pod({})}}),
		"a Gatekeeper review beside an old object": {"review": {
			"object": manifest,
			"oldObject": manifest,
			"operation": "CREATE",
		}},
	})
	got := gather.finding with input as value
	expected := gather.finding with input as manifest
	_without_fixes(got) == _without_fixes(expected)
	count(got) == 6
}

# In Gatekeeper every fix is [].
_without_fixes(findings) := {{"msg": found.msg, "details": object.remove(found.details, ["fix"])} | some found in findings}

# The rules say the same of a pod wherever it stands, each place with its own way to it.
test_every_kind[name] if {
	declared := object.union(_bad, {"os": {"name": "windows"}})
	of_pod := gather.finding with input as testing.pod(declared) with config as _generic
	some name, carrier in testing.carriers(declared)
	all_ := gather.finding with input as carrier.object with config as _generic
	got := {found | some found in all_; found.details.rule != "removed-api"}
	got == {_moved(found, carrier.prefix) | some found in of_pod}
	count(got) > 5
}

_moved(found, prefix) := {
	"msg": concat("", [prefix, trim_prefix(found.msg, "spec")]),
	"details": object.union(found.details, _moved_details(found.details, prefix)),
}

_moved_details(details, prefix) := {
	"field": concat("", [prefix, trim_prefix(details.field, "spec")]),
	"fix": [object.union(operation, {"path": path}) |
		some operation in details.fix
		path := concat("", ["/", replace(prefix, ".", "/"), trim_prefix(operation.path, "/spec")])
	],
} if {
	details.fix
} else := {"field": concat("", [prefix, trim_prefix(details.field, "spec")])}

test_findings_of_a_workload if {
	got := gather.finding with input as testing.deployment(_bad) with config as _generic
	_told(got) == {[rule, severity, concat(".", ["spec.template.spec", field])] |
		some [rule, severity, field] in _bad_findings
	}
}

test_custom_resource[name] if {
	some name, tc in {
		"with containers": {"spec": _bad, "want": 6},
		"a node pool": {"spec": object.remove(_bad, ["containers"]), "want": 0},
	}
	got := gather.finding with input as {
		"apiVersion": "example.com/v1",
		"kind": "Thing",
		"spec": {"template": {"spec": tc.spec}},
	}
	count(got) == tc.want
}

test_gate[name] if {
	some name, tc in {
		"a clean Windows pod": {"input": testing.windows_pod({}), "want": set()},
		"a clean HostProcess pod": {"input": testing.pod(testing.host_process), "want": set()},
		"a Linux pod, whatever it sets": {
			"input": testing.pod(object.union(_bad, {"nodeSelector": {"kubernetes.io/os": "linux"}})),
			"want": set(),
		},
		"a pod without an OS": {"input": testing.pod(object.remove(_bad, ["nodeSelector"])), "want": set()},
		"a pod with an invalid os.name": {
			"input": testing.pod({"os": {"name": "Windows"}, "hostPID": true}),
			"want": {["os-name", "deny", "spec.os"]},
		},
		"a HostProcess pod with os.name linux": {
			"input": testing.pod(object.union(testing.host_process, {"os": {"name": "linux"}, "hostNetwork": false})),
			"want": {
				["host-process", "deny", "spec.hostNetwork"],
				["linux-windows-options", "deny", "spec.securityContext.windowsOptions"],
				["os-conflict", "deny", "spec.nodeSelector[kubernetes.io/os]"],
			},
		},
		"a HostProcess pod on linux whose only container sets hostProcess false": {
			"input": testing.pod({
				"nodeSelector": {"kubernetes.io/os": "linux"},
				"securityContext": {"windowsOptions": {"hostProcess": true}},
				"containers": [{"name": "app", "securityContext": {"windowsOptions": {"hostProcess": false}}}],
			}),
			"want": {
				["host-process", "deny", "spec.containers[0].securityContext.windowsOptions.hostProcess"],
				["linux-windows-options", "warn", "spec.containers[0].securityContext.windowsOptions"],
				["linux-windows-options", "warn", "spec.securityContext.windowsOptions"],
			},
		},
		"a RuntimeClass": {
			"input": object.union(testing.runtime_class, {"handler": "docker"}),
			"want": {["runtime-class", "warn", "handler"]},
		},
		"a pod that is being deleted": {
			"input": object.union(testing.pod(_bad), {"metadata": {"deletionTimestamp": "2026-08-31T00:00:00Z", "uid": "u-1"}}),
			"want": set(),
		},
		"a file that claims that its pod is being deleted": {
			"input": object.union(testing.pod({"os": {"name": "windows"}, "nodeSelector": {"kubernetes.io/os": "windows"}, "hostPID": true}), {"metadata": {
				"deletionTimestamp": "2026-08-31T00:00:00Z",
				"finalizers": ["example.com/wait"],
			}}),
			"want": {["host-namespaces", "deny", "spec.hostPID"]},
		},
		"a DELETE": {
			"input": testing.admission_review({"operation": "DELETE", "oldObject": testing.pod(_bad)}),
			"want": set(),
		},
	}
	got := gather.finding with input as tc.input
	_told(got) == tc.want
}

# Warnings of what a controller made are given for the controller; a denial is given again.
test_controlled[name] if {
	declared := object.union(_bad, {"os": {"name": "windows"}})
	some title, tc in {
		"a warned pod of a ReplicaSet": {"spec": _bad, "owner": _replica_set, "want": 0},
		"a denied pod of a ReplicaSet": {"spec": declared, "owner": _replica_set, "want": 4},
		"a warned pod of an owner without pod template": {
			"spec": _bad,
			"owner": object.union(_replica_set, {"apiVersion": "example.com/v1"}),
			"want": 6,
		},
		"a warned pod of an owner that is not its controller": {
			"spec": _bad,
			"owner": object.union(_replica_set, {"controller": false}),
			"want": 6,
		},
	}
	manifest := object.union(testing.pod(tc.spec), {"metadata": {"ownerReferences": [tc.owner]}})
	some door, value in testing.input_forms(manifest)
	name := sprintf("%s by %s", [title, door])
	got := gather.finding with input as value
	count(got) == tc.want
}

# A warning is given to somebody who only claims that a controller owns the pod.
test_controlled_by_user[name] if {
	some title, tc in {
		"the ReplicaSet's controller": {"user": "system:serviceaccount:kube-system:replicaset-controller", "want": 0},
		"somebody": {"user": "jane", "want": 6},
		"an account that the configuration names": {"user": "bot", "want": 0},
	}
	manifest := object.union(testing.pod(_bad), {"metadata": {"ownerReferences": [_replica_set]}})
	review := {"operation": "CREATE", "object": manifest, "namespace": "shop", "userInfo": {"username": tc.user}}
	settings := {"controllers": ["bot"]}
	some door, value in {
		"AdmissionReview": testing.admission_review(review),
		"Gatekeeper": {"review": review, "parameters": object.union(settings, {"severities": ["deny", "warn", "note"]})},
	}
	name := sprintf("%s, %s", [title, door])
	got := gather.finding with input as value with config as settings
	count(got) == tc.want
}

_replica_set := {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d4f", "controller": true}

# A legacy workload: it was admitted before there were rules.
_legacy := testing.deployment({
	"os": {"name": "windows"},
	"nodeSelector": {"kubernetes.io/os": "windows"},
	"hostPID": true,
	"containers": [
		{"name": "a", "resources": testing.requests, "image": "example.com/a:1", "securityContext": {"runAsUser": 0}},
		{"name": "b", "image": "example.com/b:1", "resources": testing.requests},
	],
})

_containers := ["spec", "template", "spec", "containers"]

_user := ["linux-security-context", "deny", "spec.template.spec.containers[0].securityContext.runAsUser"]

test_update[name] if {
	some title, tc in {
		"nothing": {"operations": [], "want": set()},
		"scaled": {"operations": [_set(["spec", "replicas"], 5)], "want": set()},
		"labelled": {"operations": [_set(["metadata", "labels"], {"a": "b"})], "want": set()},
		"a finalizer": {"operations": [_set(["metadata", "finalizers"], ["a/b"])], "want": set()},
		"its pods labelled": {
			"operations": [_set(["spec", "template", "metadata"], {"labels": {"a": "b"}})],
			"want": set(),
		},
		"another image": {
			"operations": [_set(array.concat(_containers, [0, "image"]), "example.com/a:2")],
			"want": set(),
		},
		"a container inserted before": {
			"operations": [_set(array.concat(_containers, [0]), {"name": "c", "image": "example.com/c:1", "resources": testing.requests})],
			"want": set(),
		},
		"the containers in another order": {
			"operations": [
				{"op": "remove", "path": array.concat(_containers, [0])},
				_set(array.concat(_containers, ["-"]), _legacy.spec.template.spec.containers[0]),
			],
			"want": set(),
		},
		"one of two faults repaired": {
			"operations": [{"op": "remove", "path": ["spec", "template", "spec", "hostPID"]}],
			"want": set(),
		},
		"another value": {
			"operations": [_set(array.concat(_containers, [0, "securityContext", "runAsUser"]), 1000)],
			"want": {_user},
		},
		"the same fault in another container": {
			"operations": [_set(array.concat(_containers, [1, "securityContext"]), {"runAsUser": 0})],
			"want": {[
				"linux-security-context", "deny", "spec.template.spec.containers[1].securityContext.runAsUser",
			]},
		},
		"the container renamed": {
			"operations": [_set(array.concat(_containers, [0, "name"]), "z")],
			"want": {_user},
		},
		"another fault": {
			"operations": [_set(["spec", "template", "spec", "hostIPC"], true)],
			"want": {["host-namespaces", "deny", "spec.template.spec.hostIPC"]},
		},
	}
	some door, value in testing.updates(_legacy, json.patch(_legacy, tc.operations))
	name := sprintf("%s by %s", [title, door])
	got := gather.finding with input as value
	_told(got) == tc.want
}

# What was merely ignored is refused once the pod declares windows: the update makes it so, the update is told.
test_update_that_declares_windows[name] if {
	some name, value in testing.updates(testing.pod(_bad), testing.pod(object.union(_bad, {"os": {"name": "windows"}})))
	got := gather.finding with input as value
	_told(got) == {
		["host-namespaces", "deny", "spec.hostPID"],
		["linux-security-context", "deny", "spec.securityContext.runAsUser"],
		["linux-security-context", "deny", "spec.initContainers[0].securityContext.privileged"],
		["linux-security-context", "deny", "spec.containers[0].securityContext.capabilities"],
	}
}

test_update_that_adds_an_ephemeral_container[name] if {
	before := testing.windows_pod({"hostPID": true})
	after := object.union(before, {"spec": {"ephemeralContainers": [{
		"name": "debugger",
		"securityContext": {"capabilities": {"add": ["SYS_PTRACE"]}},
	}]}})
	some name, value in testing.updates(before, after)
	got := gather.finding with input as value
	_told(got) == {[
		"linux-security-context", "deny", "spec.ephemeralContainers[0].securityContext.capabilities",
	]}
}

# A finding about the whole PodSpec would have a new value with every change of it.
test_update_of_a_pod_that_mixes[name] if {
	before := testing.pod(object.union(object.remove(testing.host_process, ["securityContext"]), {"containers": [
		{"name": "a", "resources": testing.requests, "securityContext": testing.host_process.securityContext},
		{"name": "b", "image": "example.com/b:1", "resources": testing.requests},
	]}))
	some title, tc in {
		"it mixed before": {"before": before, "want": set()},
		"it did not mix before": {
			"before": json.patch(before, [{"op": "remove", "path": "/spec/containers/1"}]),
			"want": {["host-process", "deny", "spec"]},
		},
	}
	after := json.patch(before, [{"op": "replace", "path": "/spec/containers/1/image", "value": "example.com/b:2"}])
	some door, value in testing.updates(tc.before, after)
	name := sprintf("%s by %s", [title, door])
	got := gather.finding with input as value
	_told(got) == tc.want
}

test_update_of_a_runtime_class[name] if {
	before := object.union(testing.runtime_class, {"handler": "docker"})
	some title, tc in {
		"labelled": {"change": {"metadata": {"labels": {"a": "b"}}}, "want": set()},
		"renamed handler": {"change": {"handler": "Docker"}, "want": {["runtime-class", "deny", "handler"]}},
	}
	some door, value in testing.updates(before, object.union(before, tc.change))
	name := sprintf("%s by %s", [title, door])
	got := gather.finding with input as value
	_told(got) == tc.want
}

test_update_without_old_object[name] if {
	some title, request in {
		"absent": {"operation": "UPDATE", "object": testing.windows_pod({"hostPID": true})},
		"null": {"operation": "UPDATE", "object": testing.windows_pod({"hostPID": true}), "oldObject": null},
		"a string": {"operation": "UPDATE", "object": testing.windows_pod({"hostPID": true}), "oldObject": "x"},
	}
	some door, value in {"AdmissionReview": testing.admission_review(request), "Gatekeeper": {"review": request}}
	name := sprintf("%s by %s", [title, door])
	got := gather.finding with input as value
	_told(got) == {["host-namespaces", "deny", "spec.hostPID"]}
}

_set(path, value) := {"op": "add", "path": path, "value": value}

test_violation[name] if {
	manifest := testing.pod(object.union(_bad, {"hostAliases": []}))
	some name, tc in {
		"only deny by default": {"parameters": {}, "want": set()},
		"warn": {"parameters": {"severities": ["warn"]}, "want": {"warn"}},
		"note": {"parameters": {"severities": ["note"]}, "want": {"note"}},
		"all": {"parameters": {"severities": ["deny", "warn", "note"]}, "want": {"warn", "note"}},
	}
	got := gather.violation with input as {"review": {"object": manifest}, "parameters": tc.parameters}
	reported := gather.finding with input as {"review": {"object": manifest}, "parameters": tc.parameters}
	got == {{"msg": violation.message(found), "details": object.remove(found.details, ["fix"])} | some found in reported; found.details.severity in tc.want}
	{found.details.severity | some found in got} == tc.want
}

test_violation_denies_by_default if {
	got := gather.violation with input as {"review": {"object": testing.windows_pod({"hostPID": true})}}
	_told(got) == {["host-namespaces", "deny", "spec.hostPID"]}
}

# Whatever stands in the place of a field, there is an answer; an evaluation error would fail these tests.
test_any_value_in_a_pod_is_judged[name] if {
	some path in [
		["os"], ["os", "name"], ["nodeSelector"], ["nodeSelector", "kubernetes.io/os"], ["affinity"],
		["runtimeClassName"], ["nodeName"], ["tolerations"], ["hostNetwork"], ["hostAliases"], ["volumes"],
	]
	some junk in _junk
	name := sprintf("%v: %v", [path, junk])
	got := gather.finding with input as _replacing(array.concat(["spec"], path), junk)
	is_set(got)
}

test_any_value_in_a_container_is_judged[name] if {
	some path in [
		["securityContext"], ["securityContext", "windowsOptions"], ["securityContext", "windowsOptions", "hostProcess"],
		["securityContext", "windowsOptions", "runAsUserName"], ["securityContext", "sysctls"], ["initContainers"],
		["containers"], ["containers", 0], ["containers", 0, "name"], ["containers", 0, "securityContext"],
	]
	some junk in _junk
	name := sprintf("%v: %v", [path, junk])
	got := gather.finding with input as _replacing(array.concat(["spec"], path), junk)
	is_set(got)
}

test_any_value_around_a_pod_is_judged[name] if {
	some path in [
		["kind"], ["apiVersion"], ["spec"], ["metadata"], ["metadata", "namespace"], ["metadata", "labels"],
		["metadata", "ownerReferences"], ["metadata", "annotations"], ["metadata", "deletionTimestamp"],
	]
	some junk in _junk
	name := sprintf("%v: %v", [path, junk])
	got := gather.finding with input as _replacing(path, junk)
	is_set(got)
}

_junk := [null, "x", [null], {"a": null}]

# An UPDATE judges the old object as well as the new one.
_replacing(path, junk) := testing.updates(junked, object.union(junked, {"metadata": {"labels": {"a": "b"}}})).Gatekeeper if {
	junked := json.patch(testing.pod(testing.host_process), [_set(path, junk)])
}

test_any_object_is_judged[name] if {
	some value in array.concat(_junk, [true, [], {}, {"review": null}, {"review": "x"}, {"kind": "AdmissionReview"}])
	some door, shape in object.union(testing.input_forms(value), testing.updates(value, value))
	name := sprintf("%v by %s", [value, door])
	got := gather.finding with input as shape
	got == set()
}

test_any_configuration_is_accepted[name] if {
	some value in [
		null, true, 0, "x", [], {"platform": []}, {"rules": null}, {"rules": {"host-process": []}},
		{"rules": {
			"host-process-account": {"parameters": {"accounts": null}},
			"host-process-allowed": {"parameters": {"allowedNamespaces": [null]}},
		}},
		{"runtimeClasses": []}, {"runtimeClasses": {"classes": {"win": null}}}, {"severities": "deny"},
	]
	some door in ["manifest", "Gatekeeper"]
	name := sprintf("%v by %s", [value, door])
	manifest := testing.pod(object.union(testing.host_process, {"hostPID": true, "runtimeClassName": "win"}))
	shape := {"manifest": manifest, "Gatekeeper": {"review": {"object": manifest}, "parameters": value}}[door]
	got := gather.finding with input as shape with config as value
	_told(got) == {["host-namespaces", "deny", "spec.hostPID"]}
}

# The API server cuts warnings; the longest paths are those of CronJobs, and of what only a Pod has.
test_longest_messages[name] if {
	context := object.union_n([
		{field: 0 | some field in linux_only.container_fields},
		{"windowsOptions": {"hostProcess": false, "runAsUserName": "ContainerAdministrator"}, "runAsNonRoot": true},
	])
	bad := {"name": "app", "image": "example.com/app", "securityContext": context}
	of_pod := {field: 0 | some field in linux_only.pod_fields}
	some variant, os in {"declared": {"name": "windows"}, "inferred": null}
	spec := {
		"os": os,
		"hostPID": true,
		"hostUsers": false,
		"shareProcessNamespace": true,
		"hostAliases": [1],
		"volumes": [{"hostPath": {"type": "Socket"}} | some _ in numbers.range(0, 10)],
		"nodeSelector": {"disk": "ssd"},
		"securityContext": object.union(of_pod, {"windowsOptions": {"hostProcess": true}, "runAsNonRoot": true}),
		"initContainers": array.concat(
			[{"name": sprintf("container-%d", [index])} | some index in numbers.range(0, 9)],
			[bad, object.union(bad, {"name": "other", "securityContext": {"windowsOptions": {"hostProcess": null}}})],
		),
	}
	some kind, manifest in {
		"CronJob": testing.carrier("batch/v1", "CronJob", spec),
		"Pod": testing.pod(object.union(
			object.remove(spec, ["initContainers"]),
			{"ephemeralContainers": spec.initContainers},
		)),
	}
	name := sprintf("%s, %s", [kind, variant])
	got := gather.finding with input as manifest with config as {"platform": "gke", "rules": {
		"host-process-allowed": {"parameters": {"allowedNamespaces": ["x"], "allowedImages": ["x"]}},
		"os-name": {"parameters": {"requireOnAllPods": true}},
	}}
	count(got) > 0
	{found.msg | some found in got; count(found.msg) > 200} == set()
	{found.msg | some found in got; contains(found.msg, "...")} == set()
}

# One configuration after another, on a pod with a deny of one rule and a note of another.
test_configuration[name] if {
	some title, tc in {
		"none": {"config": {}, "finding": {["host-namespaces", "deny"], ["toleration", "warn"]}, "excepted": set()},
		"a rule switched off": {
			"config": {"rules": {"host-namespaces": {"enabled": false}}},
			"finding": {["toleration", "warn"]},
			"excepted": set(),
		},
		"a rule graded down": {
			"config": {"rules": {"host-namespaces": {"severity": "note"}}},
			"finding": {["host-namespaces", "note"], ["toleration", "warn"]},
			"excepted": set(),
		},
		"a rule graded up": {
			"config": {"rules": {"toleration": {"severity": "deny"}}},
			"finding": {["host-namespaces", "deny"], ["toleration", "deny"]},
			"excepted": set(),
		},
		"an exception": {
			"config": {"exceptions": [{"rule": "host-namespaces", "kind": "Pod"}]},
			"finding": {["toleration", "warn"]},
			"excepted": {["host-namespaces", "deny"]},
		},
		"an exception of a rule that is off": {
			"config": {
				"rules": {"host-namespaces": {"enabled": false}},
				"exceptions": [{"rule": "host-namespaces"}],
			},
			"finding": {["toleration", "warn"]},
			"excepted": set(),
		},
		"configured taints": {
			"config": {"taints": []},
			"finding": {["host-namespaces", "deny"]},
			"excepted": set(),
		},
	}
	settings := object.union({"platform": "generic"}, tc.config)
	some door, value in {
		"as data": {"input": _configured, "config": settings},
		"as parameters": {"input": {"review": {"object": _configured}, "parameters": settings}, "config": {}},
	}
	name := sprintf("%s %s", [title, door])
	got := {"finding": gather.finding, "excepted": gather.excepted} with input as value.input with config as value.config
	_graded(got.finding) == tc.finding
	_graded(got.excepted) == tc.excepted
}

_configured := testing.windows_pod({"hostPID": true})

test_excepted_names_its_exceptions if {
	exception := {"rule": "host-namespaces", "reason": "legacy"}
	got := gather.excepted with input as _configured with config as {"exceptions": [exception]}
	{found.exceptions | some found in got} == {[exception]}
}

_graded(findings) := {[found.details.rule, found.details.severity] | some found in findings}

_unknown_class := {
	"os": {"name": "windows"},
	"nodeSelector": {"kubernetes.io/os": "windows"},
	"runtimeClassName": "elsewhere",
	"containers": [],
}

_owned := object.union(testing.pod(_unknown_class), {"metadata": {"ownerReferences": [{
	"apiVersion": "apps/v1",
	"kind": "ReplicaSet",
	"name": "web-5d4f",
	"controller": true,
}]}})

test_unverified[name] if {
	pod := testing.pod(_unknown_class)
	off := {"rules": {"runtime-class-reference": {"enabled": false}}}
	excepted := {"exceptions": [{"rule": "runtime-class-reference", "reason": "a test"}]}
	linux := testing.pod(object.union(_unknown_class, {"os": {"name": "linux"}}))
	review := {"operation": "UPDATE", "object": pod, "oldObject": pod}
	some name, tc in {
		"an unknown class": {"input": pod, "config": {}, "want": {"spec.runtimeClassName"}},
		"in a workload": {
			"input": testing.deployment(_unknown_class),
			"config": {},
			"want": {"spec.template.spec.runtimeClassName"},
		},
		"the rule off": {"input": pod, "config": off, "want": set()},
		"excepted": {"input": pod, "config": excepted, "want": set()},
		"of a Linux pod": {"input": linux, "config": {}, "want": set()},
		"owned by a controller": {"input": _owned, "config": {}, "want": set()},
		"not changed by an UPDATE": {"input": testing.admission_review(review), "config": {}, "want": set()},
		"being deleted": {
			"input": testing.admission_review({"operation": "DELETE", "oldObject": pod}),
			"config": {},
			"want": set(),
		},
	}
	got := {said.details.field | some said in gather.unverified} with input as tc.input with config as tc.config
	got == tc.want
}

_node(os) := {
	"apiVersion": "v1",
	"kind": "Node",
	"metadata": {"name": "node-1", "labels": {"kubernetes.io/os": os, "kubernetes.io/arch": "amd64"}},
}

# Of a container that a webhook injected, only its image is reported, and what is as grave.
test_injected_container[name] if {
	some name, tc in {
		"warnings and notes yield": {"pod": testing.inferred_pod(_injected({})), "config": {}, "want": {"deny mixed-os"}},
		"a denial stays": {
			"pod": testing.windows_pod(_injected({})),
			"config": {},
			"want": {"deny linux-security-context", "deny mixed-os"},
		},
		"a denial stays beside a warning": {
			"pod": testing.windows_pod(_injected({"runtimeClassName": "c", "containers": []})),
			"config": {},
			"want": {"deny linux-security-context", "warn mixed-os"},
		},
		"nothing yields to a rule that is off": {
			"pod": testing.inferred_pod(_injected({})),
			"config": {"rules": {"mixed-os": {"enabled": false}}},
			"want": {"warn linux-security-context", "warn command-os", "note resource-requests"},
		},
		"nothing yields to an exception": {
			"pod": testing.inferred_pod(_injected({})),
			"config": {"exceptions": [{"rule": "mixed-os", "reason": "a test"}]},
			"want": {"warn linux-security-context", "warn command-os", "note resource-requests"},
		},
		"a note yields to a note, a warning does not": {
			"pod": testing.inferred_pod(_injected({})),
			"config": {"rules": {"mixed-os": {"severity": "note"}}},
			"want": {"warn linux-security-context", "warn command-os", "note mixed-os"},
		},
		"another category does not replace them": {
			"pod": testing.inferred_pod(_injected({})),
			"config": {"categories": ["restrictions"]},
			"want": {"warn linux-security-context", "warn command-os", "note resource-requests"},
		},
	}
	got := gather.finding with input as tc.pod with config as tc.config
	reported := {sprintf("%s %s", [found.details.severity, found.details.rule]) |
		some found in got
		found.details.container == "proxy"
	}
	reported == tc.want
}

_injected(more) := object.union(
	{"initContainers": [{
		"name": "proxy",
		"image": "docker.io/istio/proxyv2:1.22.1",
		"command": ["sh"],
		"securityContext": {"runAsUser": 0},
	}]},
	more,
)

test_update_of_a_node_that_was_denied_does_not_warn[name] if {
	cordoned := object.union(_node("Windows"), {"spec": {"unschedulable": true}})
	some name, tc in {
		"CREATE": {"input": cordoned, "want": {["node-label", "deny"]}},
		"cordoned": {
			"input": testing.updates(_node("Windows"), cordoned).AdmissionReview,
			"want": set(),
		},
		"cordoned, in Gatekeeper": {
			"input": object.union(
				testing.updates(_node("Windows"), cordoned).Gatekeeper,
				{"parameters": {"severities": ["deny", "warn"]}},
			),
			"want": set(),
		},
		"the update causes it": {
			"input": testing.updates(_node("linux"), cordoned).AdmissionReview,
			"want": {["node-label", "warn"]},
		},
		"the update changes its value": {
			"input": testing.updates(_node("WINDOWS"), cordoned).AdmissionReview,
			"want": {["node-label", "warn"]},
		},
	}
	got := _graded(gather.finding) with input as tc.input
	got == tc.want
}
