# METADATA
# title: windowsOptions in a Linux pod
# description: |
#   The API server rejects windowsOptions, even {}, in a pod with spec.os.name linux. If a selector, an affinity or a
#   RuntimeClass places the pod on Linux, the API server accepts windowsOptions. Linux then ignores the user, the gMSA
#   and HostProcess.
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
#   remedy: Remove windowsOptions, or place the pod on Windows and set spec.os.name to windows.
#   symptoms:
#     - windows options cannot be set for a linux pod
#   enforcedSince:
#     - {version: v1.23, what: 'windowsOptions of a pod with spec.os.name linux, if the feature gate IdentifyPodOS is on'}
#     - {version: v1.24, what: 'the same by default; v1.27 removed the gate'}
#   needs: [security.unusual]
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

# Linux pods are not judged by default, but this rule is about them.
applies if options.anywhere

finding contains result.deny(rego.metadata.chain(), object.union(entry.at, {
	"field": entry.field,
	"says": "The API server rejects this field in a Linux pod. Remove it, or correct spec.os.name.",
	"enforcedBy": "apiserver",
	"fix": fix.remove(entry.field),
})) if {
	subject.pod.os.name == "linux"
	some entry in options.entries
}

finding contains result.warn(rego.metadata.chain(), object.union(entry.at, {
	"field": entry.field,
	"says": "The pod runs on Linux, which ignores this field. Remove it, or select Windows nodes.",
	"enforcedBy": "advice",
})) if {
	os.evidence.os == "linux"
	not subject.pod.os.name == "linux"
	some entry in options.entries
}
