# METADATA
# title: windowsOptions of a Linux pod
# description: |
#   The API server refuses windowsOptions, even {}, in a pod whose spec.os.name is linux. Where a selector, an affinity
#   or a RuntimeClass places the pod on Linux it accepts them, and Linux ignores the user, the gMSA and HostProcess that
#   they ask for.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#security-context
#     description: Security context
# custom:
#   id: linux-windows-options
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [apiserver, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Remove windowsOptions, or place the pod on Windows and say so in spec.os.name.
#   symptoms:
#     - windows options cannot be set for a linux pod
#   enforcedSince:
#     - {version: v1.23, what: 'windowsOptions of a pod that says linux, where the feature gate IdentifyPodOS is on'}
#     - {version: v1.24, what: 'the same by default; the gate is gone since v1.27'}
#   needs: [windowsOptions]
#   appliesBy: [windowsOptions]
#   fields:
#     - spec.securityContext.windowsOptions
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.windowsOptions
package lib.windows.rules.linux_windows_options

import data.lib.windows.fix
import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

# This rule is about Linux pods.
applies if options.anywhere

finding contains result.deny(rego.metadata.chain(), object.union(entry.said, {
	"field": entry.field,
	"says": "the API server refuses it in a Linux pod; remove it, or correct spec.os.name",
	"enforcedBy": "apiserver",
	"fix": fix.remove(entry.field),
})) if {
	subject.pod.os.name == "linux"
	some entry in options.all
}

finding contains result.warn(rego.metadata.chain(), object.union(entry.said, {
	"field": entry.field,
	"says": "the pod is placed on Linux, which ignores it; remove it, or place the pod on Windows",
	"enforcedBy": "advice",
})) if {
	os.evidence.os == "linux"
	not subject.pod.os.name == "linux"
	some entry in options.all
}
