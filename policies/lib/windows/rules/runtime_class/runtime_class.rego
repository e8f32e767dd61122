# METADATA
# title: RuntimeClasses for Windows
# description: |
#   A RuntimeClass can carry the selector and the toleration of Windows pods, so that the pods need only its name. The
#   class must select windows and use a handler of containerd on Windows: runhcs-wcow-process or
#   runhcs-wcow-hypervisor. Older documentation names the handler docker, which does not exist since Kubernetes 1.24.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#handling-multiple-windows-versions-in-the-same-cluster
#     description: Handling multiple Windows versions in the same cluster
#   - ref: https://kubernetes.io/docs/concepts/containers/runtime-class/
#     description: Runtime Class
# custom:
#   id: runtime-class
#   category: placement
#   severities: [deny, warn]
#   enforcedBy: [apiserver, scheduler, runtime, advice]
#   profiles: [baseline, placement]
#   since: 0.1.0
#   remedy: Use handler runhcs-wcow-process, select kubernetes.io/os windows, and carry the toleration for the taint of the nodes.
#   symptoms:
#     - ContainerCreating
#     - FailedCreatePodSandBox
#     - 'no runtime for "docker" is configured'
#     - 'no matches for kind "RuntimeClass" in version "node.k8s.io/v1beta1"'
#   kinds:
#     - apiGroups: [node.k8s.io]
#       kinds: [RuntimeClass]
#   appliesBy: [handler, scheduling]
#   fields: [apiVersion, metadata.name, handler, scheduling.nodeSelector, scheduling.tolerations]
#   parameters:
#     requireArchitecture:
#       type: boolean
#       description: Whether the class must select kubernetes.io/arch.
#       default: false
#     requireBuild:
#       type: boolean
#       description: Whether the class must select node.kubernetes.io/windows-build. Clusters with several Windows versions need it.
#       default: false
package lib.windows.rules.runtime_class

import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject
import data.lib.windows.tolerations

applies if _for_windows

finding contains result.deny(rego.metadata.chain(), {
	"field": "apiVersion",
	"says": "this version is gone since Kubernetes 1.25; use node.k8s.io/v1",
	"enforcedBy": "apiserver",
	"because": _because,
}) if {
	applies
	subject.resource.apiVersion != "node.k8s.io/v1"
}

finding contains result.deny(rego.metadata.chain(), {
	"field": "handler",
	"says": "not the name of a handler: 1 to 63 lower-case letters, digits and hyphens",
	"enforcedBy": "apiserver",
	"because": _because,
}) if {
	applies
	not _valid_handler
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "handler",
	"says": "docker is no handler since Kubernetes 1.24; use runhcs-wcow-process",
	"enforcedBy": "runtime",
	"because": _because,
}) if {
	applies
	subject.resource.handler == "docker"
}

finding contains result.deny(rego.metadata.chain(), {
	"field": "scheduling.nodeSelector[kubernetes.io/os]",
	"says": "selects linux nodes for a handler that only Windows nodes have; select windows",
	"enforcedBy": "runtime",
	"because": _because,
}) if {
	applies
	_selector_os == "linux"
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "scheduling.nodeSelector[kubernetes.io/os]",
	"says": "does not select windows, so its pods can land on Linux nodes; select windows",
	"enforcedBy": "scheduler",
	"because": _because,
}) if {
	applies
	not _selector_os
}

finding contains result.warn(rego.metadata.chain(), {
	"field": sprintf("scheduling.nodeSelector[%s]", [label]),
	"says": "not selected, and the configuration asks for it; add it",
	"enforcedBy": "advice",
	"because": _because,
}) if {
	applies
	some label in _required_labels
	not _selector[label]
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "scheduling.tolerations",
	"says": sprintf("Windows nodes have the taint %s; carry its toleration", [tolerations.written(taint)]),
	"enforcedBy": "scheduler",
	"because": _because,
}) if {
	applies
	some taint in tolerations.repelling
	not _tolerated(taint)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "metadata.name",
	"says": sprintf("the name says %s, the class selects another build; name it after its build", [token]),
	"enforcedBy": "advice",
	"because": _because,
}) if {
	applies
	some token, build in _named_builds
	regex.match(sprintf(`(^|[-.]|ltsc)%s($|[-.])`, [token]), subject.resource.metadata.name)
	_selector[placement.build_label] != build
}

_parameters := parameters.of(rego.metadata.chain())

_selector := subject.resource.scheduling.nodeSelector

_selector_os := placement.selector_statements(_selector)[0].os

# A class is for Windows if it selects Windows nodes, or if only Windows has its handler.
_for_windows if {
	runtime_classes.judged
	_selector_os == "windows"
}

_for_windows if {
	runtime_classes.judged
	subject.resource.handler in _windows_handlers
}

default _because := "scheduling.nodeSelector selects windows"

_because := "the handler is one of Windows" if not _selector_os == "windows"

_windows_handlers := {"runhcs-wcow-process", "runhcs-wcow-hypervisor"}

_required_labels contains "kubernetes.io/arch" if _parameters.requireArchitecture

_required_labels contains placement.build_label if _parameters.requireBuild

_tolerated(taint) if {
	some toleration in subject.resource.scheduling.tolerations
	tolerations.tolerates(toleration, taint)
}

# A handler is a DNS label (RFC 1123). A class without a handler has no valid handler.
_valid_handler if regex.match(`^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$`, subject.resource.handler)

# The builds that the years in the names of Windows Server stand for.
# Source: https://learn.microsoft.com/windows-server/get-started/windows-server-release-info
_named_builds := {
	"2019": "10.0.17763",
	"2022": "10.0.20348",
	"2025": "10.0.26100",
}
