# METADATA
# title: Security settings that only Linux supports
# description: |
#   On Windows, a securityContext can use only windowsOptions and runAsNonRoot. If spec.os.name is windows, the API
#   server rejects the Linux-only fields, whatever their value is. If Windows is only inferred, the pod runs without the
#   protection that these fields suggest. Three fields do more harm: the kubelet on Windows allows no sysctl and rejects
#   the pod. It rejects the policy Strict if the runtime does not report that feature, as containerd 1.7. Before
#   Kubernetes 1.31, 1.30.9 and 1.29.13, a pod with runAsUser never started. The rule also reports fields that are not
#   known to work and not known to be rejected.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod-spec-containers-securitycontext
#     description: Field compatibility for securityContext
#   - ref: https://github.com/kubernetes/kubernetes/pull/125040
#     description: Fix kubelet on Windows fails if a pod has SecurityContext with RunAsUser
# custom:
#   id: linux-security-context
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [apiserver, kubelet, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Set spec.os.name to windows and remove the field. Use windowsOptions (runAsUserName, hostProcess) and runAsNonRoot instead.
#   symptoms:
#     - cannot be set for a windows pod
#     - not supported by windows
#     - Unable to attach or mount volumes
#     - SysctlForbidden
#     - SupplementalGroupsPolicyNotSupported
#   enforcedSince:
#     - {version: v1.23, what: 'the fields that the documentation lists, if the feature gate IdentifyPodOS is on'}
#     - {version: v1.24, what: 'the same fields by default; v1.27 removed the gate'}
#     - {version: v1.30, what: appArmorProfile}
#     - {version: v1.31, what: supplementalGroupsPolicy}
#     - {version: v1.32, what: seLinuxChangePolicy}
#   needs: [metadata.telling, security.unusual]
#   fields:
#     - spec.securityContext.*
#     - spec.securityContext.{appArmorProfile,fsGroup,fsGroupChangePolicy,runAsGroup,runAsUser,seLinuxChangePolicy,seLinuxOptions,seccompProfile,supplementalGroups,supplementalGroupsPolicy,sysctls}
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.*
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.{allowPrivilegeEscalation,appArmorProfile,capabilities,privileged,procMount,readOnlyRootFilesystem,runAsGroup,runAsUser,seLinuxOptions,seccompProfile}
#     - metadata.annotations[container.apparmor.security.beta.kubernetes.io/*]
#     - metadata.annotations[seccomp.security.alpha.kubernetes.io/*]
package lib.windows.rules.linux_security_context

import data.lib.windows.containers
import data.lib.windows.declaration
import data.lib.windows.fix
import data.lib.windows.kubernetes
import data.lib.windows.linux_only
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.settings
import data.lib.windows.subject
import data.lib.windows.versions

finding contains result.deny(rego.metadata.chain(), {
	"field": field,
	"says": concat(" ", ["The API server rejects this field in a Windows pod.", _remedy(name)]),
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
	"says": concat(" ", ["The API server rejects this field in a Windows pod.", _remedy(entry.name)]),
	"enforcedBy": "apiserver",
	"fix": fix.remove(field),
}) if {
	os.declared
	some entry in linux_only.of_containers
	field := _container_field(entry.container, entry.name)
}

# SafeSysctlAllowlist is empty off Linux (k8s.io/kubernetes/pkg/kubelet/sysctl/safe_sysctls.go, v1.37.2), and the kubelet
# asks its handler on every OS (pkg/kubelet/kubelet.go).
finding contains result.deny(rego.metadata.chain(), {
	"field": _pod_field("sysctls"),
	"says": concat(" ", ["The kubelet on Windows allows no sysctl, so it rejects the pod.", _removal]),
	"enforcedBy": "kubelet",
	"fix": declaration.repair,
}) if {
	not os.declared
	"sysctls" in linux_only.of_pod
}

# rejectPodAdmissionBasedOnSupplementalGroupsPolicy in k8s.io/kubernetes/pkg/kubelet/lifecycle/predicate.go, v1.37.2.
finding contains result.warn(rego.metadata.chain(), {
	"field": _pod_field("supplementalGroupsPolicy"),
	"says": concat(" ", ["With containerd 1.7, the kubelet rejects Strict.", _removal]),
	"enforcedBy": "kubelet",
	"fix": declaration.repair,
}) if {
	not os.declared
	_strict
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _pod_field(name),
	"says": _ignored(name),
	"enforcedBy": "advice",
	"fix": declaration.repair,
}) if {
	not os.declared
	some name in linux_only.of_pod
	not _refused_by_the_kubelet(name)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _container_field(entry.container, entry.name),
	"container": entry.container.name,
	"says": _ignored(entry.name),
	"enforcedBy": "advice",
	"fix": declaration.repair,
}) if {
	not os.declared
	some entry in linux_only.of_containers
	not _harmless(entry)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _pod_field(name),
	"says": _unknown,
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
	"says": _unknown,
	"enforcedBy": "advice",
}) if {
	some container in containers.of_pod
	some name, value in container.spec.securityContext
	value != null
	not name in linux_only.container_fields
	not name in _windows_fields
}

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": "Windows ignores this profile and does not confine the container. Remove the annotation.",
	"enforcedBy": "advice",
	"fix": fix.remove(field),
}) if {
	some key, _ in subject.pod_metadata.annotations
	strings.any_prefix_match(key, _profile_annotations)
	field := sprintf("%s[%s]", [subject.pod_metadata_field("annotations"), key])
}

_windows_fields := {"runAsNonRoot", "windowsOptions"}

_unknown := "This field is not known to work on Windows. Use only windowsOptions and runAsNonRoot."

_profile_annotations := ["container.apparmor.security.beta.kubernetes.io/", "seccomp.security.alpha.kubernetes.io/"]

# What to do in a pod that declares Windows.
_remedy(name) := object.get(
	{
		"privileged": "Remove the field, or use hostProcess.",
		"runAsUser": "Remove the field, or use runAsUserName.",
	},
	name,
	"Remove the field.",
)

# What to do in a pod whose OS is inferred. Without spec.os.name, the level restricted of Pod Security still requires
# some of these fields.
_removal := "Set spec.os.name: windows and remove the field."

# What to say of a field that the API server has accepted. The texts leave room for the longest paths.
_ignored("runAsUser") := "Windows ignores it; until Kubernetes 1.30 pods fail. Set spec.os.name: windows and remove it." if {
	not kubernetes.configured
} else := "The kubelet cannot chown files, so the pod hangs. Set spec.os.name: windows and remove it." if {
	_chowns
} else := concat(" ", ["Windows ignores this field.", _removal])

_ignored("readOnlyRootFilesystem") := concat(" ", ["On Windows the root is writable.", _removal])

_ignored(name) := concat(" ", ["Windows ignores this field.", _removal]) if {
	not name in {"readOnlyRootFilesystem", "runAsUser"}
}

# Whether the configured version is from before kubernetes#125040. Then the kubelet on Windows fails to give the service
# account's token to the user: "not supported by windows".
_chowns if {
	not kubernetes.all_from("1.31")
	not _mended
}

_mended if {
	fixed := {[1, 29]: "1.29.13", [1, 30]: "1.30.9"}[kubernetes.configured]
	not versions.older(settings.document.kubernetesVersion, fixed)
}

_refused_by_the_kubelet("sysctls")

_refused_by_the_kubelet("supplementalGroupsPolicy") if _strict

_strict if subject.pod.securityContext.supplementalGroupsPolicy == "Strict"

# No Windows container is privileged, so the value false changes nothing.
_harmless(entry) if {
	entry.name == "privileged"
	entry.container.spec.securityContext.privileged == false
}

_pod_field(name) := subject.pod_field(concat(".", ["securityContext", name]))

_container_field(container, name) := containers.field(container, concat(".", ["securityContext", name]))
