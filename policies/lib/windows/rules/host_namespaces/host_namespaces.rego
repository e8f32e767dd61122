# METADATA
# title: Namespaces that a Windows pod cannot share
# description: |
#   A Windows pod can share only the network namespace. If spec.os.name is windows, the API server rejects the other
#   namespace fields. If Windows is only inferred, the pod runs and Windows ignores these fields.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod-spec-containers
#     description: Field compatibility for Pod specifications
# custom:
#   id: host-namespaces
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [apiserver, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Remove the field. A HostProcess container sees the host's processes without it.
#   symptoms:
#     - cannot be set for a windows pod
#   enforcedSince:
#     - {version: v1.23, what: 'hostPID, hostIPC and shareProcessNamespace, if the feature gate IdentifyPodOS is on'}
#     - {version: v1.24, what: 'the same fields by default; v1.27 removed the gate'}
#     - {version: v1.25, what: hostUsers}
#   needs: [hostIPC, hostPID, hostUsers, shareProcessNamespace]
#   fields: [spec.hostPID, spec.hostIPC, spec.shareProcessNamespace, spec.hostUsers]
package lib.windows.rules.host_namespaces

import data.lib.windows.declaration
import data.lib.windows.fix
import data.lib.windows.linux_only
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": "Windows pods cannot share this namespace, so the API server rejects the pod. Remove the field.",
	"enforcedBy": "apiserver",
	"fix": fix.remove(field),
}) if {
	os.declared
	some name in linux_only.namespaces
	field := subject.pod_field(name)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": "Windows pods cannot share this namespace, so Windows ignores the field. Remove the field.",
	"enforcedBy": "advice",
	"fix": _fix(name, field),
}) if {
	not os.declared
	some name in linux_only.namespaces
	field := subject.pod_field(name)
}

# The API server requires hostUsers false beside procMount Unmasked. The fix therefore removes both, and names the OS.
_fix("hostUsers", _) := declaration.repair if {
	some entry in linux_only.of_containers
	entry.name == "procMount"
} else := fix.remove(subject.pod_field("hostUsers"))

_fix(name, field) := fix.remove(field) if name != "hostUsers"
