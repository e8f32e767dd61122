# METADATA
# title: A Windows pod that declares its OS in spec.os.name
# description: |
#   The API server, Pod Security and the kubelet read spec.os.name; the scheduler does not. The name is linux or
#   windows, in lower case. If a pod is placed on Windows without this name, the API server does not check it as a
#   Windows pod. Pod Security's restricted level then requires Linux settings of the pod.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/#pod-os
#     description: Pod OS
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Guide for Running Windows Containers in Kubernetes
# custom:
#   id: os-name
#   category: placement
#   severities: [deny, note]
#   needs: [placement.unusual]
#   enforcedBy: [apiserver, advice]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   remedy: Set spec.os.name to windows, and in the same step remove the fields that only Linux has.
#   symptoms:
#     - 'supported values: "linux", "windows"'
#     - 'violates PodSecurity "restricted'
#   enforcedSince:
#     - {version: v1.23, what: 'the values of spec.os.name, if the feature gate IdentifyPodOS is on'}
#     - {version: v1.24, what: 'the same by default; v1.27 removes the gate'}
#   appliesBy: [os]
#   fields: [spec.os.name]
#   parameters:
#     requireOnAllPods:
#       type: boolean
#       description: Whether every pod must set its OS, including pods that show no sign of Windows.
#       default: false
package lib.windows.rules.os_name

import data.lib.windows.declaration
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.subject

# An invalid name does not name an OS, so nothing shows that the pod is for Windows.
applies if _invalid

applies if {
	_missing
	parameters.given(rego.metadata.chain())
	_parameters.requireOnAllPods
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field("os.name"),
	"says": "spec.os has no name, so the API server rejects the pod. Set the name to windows or linux.",
	"enforcedBy": "apiserver",
	"because": "spec.os is set",
}) if {
	_empty
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field("os"),
	"says": "The name is not windows or linux in lower case, so the API server rejects the pod. Correct the name.",
	"enforcedBy": "apiserver",
	"because": "spec.os is set",
}) if {
	_invalid
	not _empty
}

finding contains result.note(rego.metadata.chain(), {
	"field": subject.pod_field("os.name"),
	"says": "The name is not set, so the API server does not check the pod as a Windows pod. Set the name to windows.",
	"enforcedBy": "advice",
	"fix": declaration.repair,
}) if {
	os.windows
	_missing
}

finding contains result.note(rego.metadata.chain(), {
	"field": subject.pod_field("os.name"),
	"says": "The name is not set, but the configuration requires it on every pod. Set the name to linux or windows.",
	"enforcedBy": "advice",
}) if {
	not os.windows
	_missing
	_parameters.requireOnAllPods
}

_parameters := parameters.of(rego.metadata.chain())

_missing if {
	is_object(subject.pod)
	object.get(subject.pod, "os", null) == null
}

_invalid if {
	is_object(subject.pod.os)
	not object.get(subject.pod.os, "name", "") in {"linux", "windows"}
}

_empty if {
	is_object(subject.pod.os)
	object.get(subject.pod.os, "name", null) in {"", null}
}
