# METADATA
# title: A Windows pod that says so in spec.os.name
# description: |
#   spec.os.name is what the API server, Pod Security and the kubelet go by; the scheduler does not read it. It takes
#   linux or windows, in lower case. A pod that is placed on Windows but does not say so is not checked by the API
#   server, and Pod Security's restricted level demands Linux settings of it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/workloads/pods/#pod-os
#     description: Pod OS
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Guide for Running Windows Containers in Kubernetes
# custom:
#   id: os-name
#   category: placement
#   severities: [deny, note]
#   enforcedBy: [apiserver, advice]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   remedy: Set spec.os.name to windows, and remove the fields that only Linux has in the same step.
#   symptoms:
#     - 'supported values: "linux", "windows"'
#     - 'violates PodSecurity "restricted'
#   enforcedSince:
#     - {version: v1.23, what: 'the values of spec.os.name, where the feature gate IdentifyPodOS is on'}
#     - {version: v1.24, what: 'the same by default; the gate is gone since v1.27'}
#   appliesBy: [os]
#   fields: [spec.os.name]
#   parameters:
#     requireOnAllPods:
#       type: boolean
#       description: Whether every pod must say its OS, those that nothing shows to be Windows included.
#       default: false
package lib.windows.rules.os_name

import data.lib.windows.fix
import data.lib.windows.linux_only
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.subject

# An invalid name is no name of an OS, so that pod is not known to be for Windows.
applies if _invalid

applies if {
	_missing
	parameters.given(rego.metadata.chain())
	_parameters.requireOnAllPods
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field("os.name"),
	"says": "os needs a name: windows or linux",
	"enforcedBy": "apiserver",
	"because": "spec.os is set",
}) if {
	_empty
}

finding contains result.deny(rego.metadata.chain(), {
	"field": subject.pod_field("os"),
	"says": "the only names are windows and linux, in lower case",
	"enforcedBy": "apiserver",
	"because": "spec.os is set",
}) if {
	_invalid
	not _empty
}

finding contains result.note(rego.metadata.chain(), {
	"field": subject.pod_field("os.name"),
	"says": "not set; set it to windows so that the API server checks the pod as one",
	"enforcedBy": "advice",
	"fix": _fix,
}) if {
	os.windows
	_missing
}

finding contains result.note(rego.metadata.chain(), {
	"field": subject.pod_field("os.name"),
	"says": "not set; the configuration asks for it on every pod, set it to linux or windows",
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

# The name comes together with the removal of every field that the API server refuses beside it.
_fix := array.concat(_removals, fix.set(subject.pod_field("os.name"), "windows"))

_removals := [operation |
	some path in sort(linux_only.set_fields)
	some operation in fix.remove(path)
]
