# METADATA
# title: Parts of the tests
# description: Objects to judge, the input forms they come in, and expected findings.
package lib.windows.testing_test

import data.lib.windows.subject

# The spec of a Windows pod without findings.
windows := {
	"os": {"name": "windows"},
	"nodeSelector": {"kubernetes.io/os": "windows"},
	"containers": [container],
}

# A container without findings.
container := {"name": "app", "image": "mcr.microsoft.com/windows/servercore:ltsc2022", "resources": requests}

# The resources of a container without findings.
requests := {"requests": {"cpu": "100m", "memory": "200Mi"}}

# The spec of a HostProcess pod without findings.
host_process := object.union(windows, {
	"hostNetwork": true,
	"securityContext": {"windowsOptions": {"hostProcess": true, "runAsUserName": `NT AUTHORITY\SYSTEM`}},
})

# A RuntimeClass without findings.
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

# A Pod with this spec.
pod(spec) := {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}, "spec": spec}

# A Pod with spec.os.name windows and these further fields of the PodSpec.
windows_pod(fields) := pod(object.union(windows, fields))

# A Pod that is for Windows only by its nodeSelector, with these further fields of the PodSpec.
inferred_pod(fields) := pod(object.union(object.remove(windows, ["os"]), fields))

# The fields of a PodSpec that require node affinity, with these terms.
required_affinity(terms) := {"affinity": {"nodeAffinity": {
	"requiredDuringSchedulingIgnoredDuringExecution": {"nodeSelectorTerms": terms},
}}}

# A Deployment whose pods have this spec.
deployment(spec) := carrier("apps/v1", "Deployment", spec)

# An object of a kind that contains a PodSpec, with this spec.
carrier(api_version, kind, spec) := object.union(
	{"apiVersion": api_version, "kind": kind, "metadata": {"name": "web", "namespace": "shop"}},
	nested(subject.pod_kinds[api_version][kind], spec),
)

# One object of every kind that contains a PodSpec, by "apiVersion kind": {"object", "prefix": the path of its PodSpec}.
carriers(spec) := {sprintf("%s %s", [api_version, kind]): {
	"object": carrier(api_version, kind, spec),
	"prefix": concat(".", path),
} |
	some api_version, kinds in subject.pod_kinds
	some kind, path in kinds
}

# An object with only this value, at a path: an array of keys.
nested(path, value) := json.patch({}, array.concat(
	[{"op": "add", "path": array.slice(path, 0, length), "value": {}} |
		some length in numbers.range(1, count(path) - 1)
		length < count(path)
	],
	[{"op": "add", "path": path, "value": value}],
))

# An AdmissionReview with this request, as a webhook receives it. The operation is CREATE unless the request names one.
admission_review(request) := {
	"apiVersion": "admission.k8s.io/v1",
	"kind": "AdmissionReview",
	"request": object.union({"uid": "705ab4f5-6393-11e8-b7cc-42010a800002", "operation": "CREATE"}, request),
}

# The inputs that create an object, by the name of the input form.
input_forms(resource) := {
	"manifest": resource,
	"AdmissionReview": admission_review({"object": resource, "oldObject": null, "namespace": "shop"}),
	"Gatekeeper": {
		"review": {"object": resource, "operation": "CREATE", "namespace": "shop"},
		"parameters": {"severities": ["deny", "warn", "note"]},
	},
	"Gatekeeper's audit": {"review": {"object": resource, "namespace": "shop"}, "parameters": {}},
}

# The inputs that update an object, by the name of the input form.
updates(before, after) := {
	"AdmissionReview": admission_review({"operation": "UPDATE", "object": after, "oldObject": before}),
	"Gatekeeper": {"review": {"operation": "UPDATE", "object": after, "oldObject": before}, "parameters": {}},
}

# The expected finding of a pod with spec.os.name windows. about is {"field", "says"}; more overrides or adds details.
expected(severity, rule, about, more) := {
	"msg": sprintf("%s: %s (%s)", [about.field, about.says, rule]),
	"details": object.union(
		{"rule": rule, "severity": severity, "field": about.field, "because": "spec.os.name is windows"},
		more,
	),
}

# A finding as `finding` of a rule has it that is off by default.
switched_off(finding) := object.union({"enabled": false}, finding)
