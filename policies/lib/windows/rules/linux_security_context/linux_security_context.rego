# METADATA
# title: Security settings that only Linux supports
# description: |
#   On Windows, a securityContext can use only windowsOptions and runAsNonRoot. If spec.os.name is windows, the API
#   server rejects the Linux-only fields, whatever their value is. If Windows is only inferred, the pod runs without the
#   protection that these fields suggest. The rule also reports fields that are not known to work and not known to be
#   rejected.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod-spec-containers-securitycontext
#     description: Field compatibility for securityContext
# custom:
#   id: linux-security-context
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [apiserver, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Remove the field; use windowsOptions (runAsUserName, hostProcess) and runAsNonRoot instead.
#   symptoms:
#     - cannot be set for a windows pod
#   enforcedSince:
#     - {version: v1.23, what: 'the fields that the documentation lists, if the feature gate IdentifyPodOS is on'}
#     - {version: v1.24, what: 'the same fields by default; v1.27 removed the gate'}
#     - {version: v1.30, what: appArmorProfile}
#     - {version: v1.31, what: supplementalGroupsPolicy}
#     - {version: v1.32, what: seLinuxChangePolicy}
#   needs: [annotations, securityContext]
#   fields:
#     - spec.securityContext.*
#     - spec.securityContext.{appArmorProfile,fsGroup,fsGroupChangePolicy,runAsGroup,runAsUser,seLinuxChangePolicy,seLinuxOptions,seccompProfile,supplementalGroups,supplementalGroupsPolicy,sysctls}
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.*
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.{allowPrivilegeEscalation,appArmorProfile,capabilities,privileged,procMount,readOnlyRootFilesystem,runAsGroup,runAsUser,seLinuxOptions,seccompProfile}
#     - metadata.annotations[container.apparmor.security.beta.kubernetes.io/*]
#     - metadata.annotations[seccomp.security.alpha.kubernetes.io/*]
package lib.windows.rules.linux_security_context

import data.lib.windows.containers
import data.lib.windows.fix
import data.lib.windows.linux_only
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": sprintf("only Linux has it, the API server refuses it; remove it%s", [_hint(name)]),
	"enforcedBy": "apiserver",
	"fix": fix.remove(field),
}) if {
	os.declared
	some name in linux_only.of_pod
	field := _pod_field(name)
}

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"container": entry.container.name,
	"says": sprintf("only Linux has it, the API server refuses it; remove it%s", [_hint(entry.name)]),
	"enforcedBy": "apiserver",
	"fix": fix.remove(field),
}) if {
	os.declared
	some entry in linux_only.of_containers
	field := _container_field(entry.container, entry.name)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _pod_field(name),
	"says": sprintf("only Linux has it, Windows ignores it; remove it%s", [_hint(name)]),
	"enforcedBy": "advice",
}) if {
	not os.declared
	some name in linux_only.of_pod
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _container_field(entry.container, entry.name),
	"container": entry.container.name,
	"says": sprintf("only Linux has it, Windows ignores it; remove it%s", [_hint(entry.name)]),
	"enforcedBy": "advice",
}) if {
	not os.declared
	some entry in linux_only.of_containers
	not _harmless(entry)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _pod_field(name),
	"says": "not known to work on Windows: only windowsOptions and runAsNonRoot are",
	"enforcedBy": "advice",
}) if {
	some name, value in subject.pod.securityContext
	value != null
	not name in linux_only.pod_fields
	not name in _windows_fields
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _container_field(container, name),
	"container": container.name,
	"says": "not known to work on Windows: only windowsOptions and runAsNonRoot are",
	"enforcedBy": "advice",
}) if {
	some container in containers.of_pod
	some name, value in container.spec.securityContext
	value != null
	not name in linux_only.container_fields
	not name in _windows_fields
}

finding contains result.warn(rego.metadata.chain(), {
	"field": sprintf("%s[%s]", [subject.pod_metadata_field("annotations"), key]),
	"says": "Windows ignores the profile; remove it",
	"enforcedBy": "advice",
}) if {
	some key, _ in subject.pod_metadata.annotations
	strings.any_prefix_match(key, _profile_annotations)
}

_windows_fields := {"runAsNonRoot", "windowsOptions"}

_profile_annotations := ["container.apparmor.security.beta.kubernetes.io/", "seccomp.security.alpha.kubernetes.io/"]

# A hint for each field that has a counterpart on Windows.
_hints := {
	"privileged": ", or see windowsOptions.hostProcess",
	"readOnlyRootFilesystem": ", the root is writable",
	"runAsUser": ", use windowsOptions.runAsUserName",
}

_hint(name) := object.get(_hints, name, "")

# No Windows container is privileged, so the value false changes nothing.
_harmless(entry) if {
	entry.name == "privileged"
	entry.container.spec.securityContext.privileged == false
}

_pod_field(name) := subject.pod_field(concat(".", ["securityContext", name]))

_container_field(container, name) := containers.field(container, concat(".", ["securityContext", name]))
