# METADATA
# title: What the tests are built from
# description: Objects to judge, the doors they come in by, and the findings that are expected of them.
package lib.windows.testing_test

import data.lib.windows.subject

# The spec of a Windows pod that no rule objects to.
windows := {
	"os": {"name": "windows"},
	"nodeSelector": {"kubernetes.io/os": "windows"},
	"containers": [container],
}

# A container that no rule objects to.
container := {"name": "app", "image": "mcr.microsoft.com/windows/servercore:ltsc2022", "resources": requests}

# The resources of a container that no rule objects to.
requests := {"requests": {"cpu": "100m", "memory": "200Mi"}}

# The spec of a HostProcess pod that no rule objects to.
host_process := object.union(windows, {
	"hostNetwork": true,
	"securityContext": {"windowsOptions": {"hostProcess": true, "runAsUserName": `NT AUTHORITY\SYSTEM`}},
})

# A RuntimeClass that no rule objects to.
runtime_class := {
	"apiVersion": "node.k8s.io/v1",
	"kind": "RuntimeClass",
	"metadata": {"name": "windows-2022"},
	"handler": "runhcs-wcow-process",
	"scheduling": {
		"nodeSelector": {"kubernetes.io/os": "windows", "node.kubernetes.io/windows-build": "10.0.20348"},
		"tolerations": [{"key": "os", "operator": "Equal", "value": "windows", "effect": "NoSchedule"}],
	},
}

# A Pod with exactly this spec.
pod(spec) := {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}, "spec": spec}

# A Pod that declares windows, with these fields besides.
windows_pod(fields) := pod(object.union(windows, fields))

# A Pod that only its nodeSelector shows to be for Windows, with these fields besides.
inferred_pod(fields) := pod(object.union(object.remove(windows, ["os"]), fields))

# A Deployment whose pods have this spec.
deployment(spec) := carrier("apps/v1", "Deployment", spec)

# An object of a kind that carries a pod.
carrier(api_version, kind, spec) := object.union(
	{"apiVersion": api_version, "kind": kind, "metadata": {"name": "web", "namespace": "shop"}},
	nested(subject.pod_kinds[api_version][kind], spec),
)

# One object of every kind that carries a pod, by "apiVersion kind": {"object", "prefix": the way to its PodSpec}.
carriers(spec) := {sprintf("%s %s", [api_version, kind]): {
	"object": carrier(api_version, kind, spec),
	"prefix": concat(".", path),
} |
	some api_version, kinds in subject.pod_kinds
	some kind, path in kinds
}

# An object that holds the value at the path and nothing else.
nested(path, value) := json.patch({}, array.concat(
	[{"op": "add", "path": array.slice(path, 0, length), "value": {}} |
		some length in numbers.range(1, count(path) - 1)
		length < count(path)
	],
	[{"op": "add", "path": path, "value": value}],
))

# An object as a webhook gets it.
admission_review(request) := {
	"apiVersion": "admission.k8s.io/v1",
	"kind": "AdmissionReview",
	"request": object.union({"uid": "705ab4f5-6393-11e8-b7cc-42010a800002", "operation": "CREATE"}, request),
}

# The inputs by which an object is created, by the name of the door.
doors(object) := {
	"manifest": object,
	"AdmissionReview": admission_review({"object": object, "oldObject": null, "namespace": "shop"}),
	"Gatekeeper": {
		"review": {"object": object, "operation": "CREATE", "namespace": "shop"},
		"parameters": {"severities": ["deny", "warn", "note"]},
	},
	"Gatekeeper's audit": {"review": {"object": object, "namespace": "shop"}, "parameters": {}},
}

# The inputs by which an object is updated, by the name of the door.
updates(before, after) := {
	"AdmissionReview": admission_review({"operation": "UPDATE", "object": after, "oldObject": before}),
	"Gatekeeper": {"review": {"operation": "UPDATE", "object": after, "oldObject": before}, "parameters": {}},
}

# The finding of a pod that declares windows: more adds to the details, or overrides them.
expected(severity, rule, about, more) := {
	"msg": sprintf("%s: %s (%s)", [about.field, about.says, rule]),
	"details": object.union(
		{"rule": rule, "severity": severity, "field": about.field, "because": "spec.os.name is windows"},
		more,
	),
}

# The finding of a rule that is off unless the configuration switches it on.
switched_off(finding) := object.union({"enabled": false}, finding)
