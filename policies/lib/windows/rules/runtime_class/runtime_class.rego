# METADATA
# title: RuntimeClasses for Windows
# description: |
#   A RuntimeClass can carry the selector and the toleration of Windows pods, so that the pods need only its name. The
#   class must select windows and use a handler of containerd on Windows: runhcs-wcow-process or
#   runhcs-wcow-hypervisor. Older documentation names the handler docker, which does not exist since Kubernetes 1.24.
#   Kubelets set the OS labels in lower case, so a class that selects Windows or LINUX selects no node.
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
#     - 'no runtime for "…" is configured'
#     - Pending
#     - 'node(s) didn''t match Pod''s node affinity/selector'
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

import data.lib.windows.data.handlers
import data.lib.windows.fix
import data.lib.windows.kubernetes
import data.lib.windows.os_labels
import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject
import data.lib.windows.tolerations

applies if _for_windows

applies if count(_strange) > 0

finding contains result.deny(rego.metadata.chain(), object.union(_served, {
	"field": "apiVersion",
	"says": "Kubernetes 1.25 removed this version, so the API server rejects the class. Use node.k8s.io/v1.",
	"enforcedBy": "apiserver",
	"because": _because,
})) if {
	_for_windows
	subject.resource.apiVersion != "node.k8s.io/v1"
	kubernetes.all_from("1.25")
}

finding contains result.deny(rego.metadata.chain(), {
	"field": "handler",
	"says": "The handler is not a DNS label, so the API server rejects the class. Use up to 63 lower-case letters, digits or hyphens.",
	"enforcedBy": "apiserver",
	"because": _because,
}) if {
	_for_windows
	not _valid_handler
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "handler",
	"says": "Kubernetes 1.24 removed the handler docker, so the pods do not start. Use runhcs-wcow-process.",
	"enforcedBy": "runtime",
	"because": _because,
}) if {
	_for_windows
	subject.resource.handler == "docker"
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "handler",
	"says": "This handler runs only Linux containers, so Windows pods of the class do not start. Use runhcs-wcow-process.",
	"enforcedBy": "runtime",
	"because": _because,
}) if {
	_selector_os == "windows"
	handlers.linux_only[split(subject.resource.handler, "-")[0]]
}

finding contains result.deny(rego.metadata.chain(), {
	"field": "scheduling.nodeSelector[kubernetes.io/os]",
	"says": "The class selects linux, but only Windows nodes have its handler, so the pods do not start. Select windows.",
	"enforcedBy": "runtime",
	"because": _because,
}) if {
	_for_windows
	_selector_os == "linux"
	count(_strange) == 0
}

finding contains result.deny(rego.metadata.chain(), object.union(_respelled(found), {
	"field": sprintf("scheduling.nodeSelector[%s]", [found.label]),
	"says": sprintf("No node has this spelling, so pods of the class stay Pending. Write %s in lower case.", [found.meant]),
	"enforcedBy": "scheduler",
	"because": sprintf("scheduling.nodeSelector selects %s", [found.meant]),
})) if {
	some found in _strange
	found.meant != ""
}

finding contains result.warn(rego.metadata.chain(), {
	"field": sprintf("scheduling.nodeSelector[%s]", [found.label]),
	"says": "Kubelets set only linux or windows, so only a virtual node can have this value. Use windows or linux.",
	"enforcedBy": "scheduler",
	"because": "scheduling.nodeSelector names another OS",
}) if {
	some found in _strange
	found.meant == ""
	os_labels.can_be(found.value)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "scheduling.nodeSelector[kubernetes.io/os]",
	"says": "The class does not select windows, so its pods can land on Linux nodes and fail. Select windows.",
	"enforcedBy": "scheduler",
	"because": _because,
}) if {
	_for_windows
	not _selector_os
	count(_strange) == 0
}

finding contains result.warn(rego.metadata.chain(), {
	"field": sprintf("scheduling.nodeSelector[%s]", [label]),
	"says": "The class does not select this label, but the configuration requires it. Select the label.",
	"enforcedBy": "advice",
	"because": _because,
}) if {
	_for_windows
	some label in _required_labels
	not _selector[label]
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "scheduling.tolerations",
	"says": sprintf("Windows nodes have the taint %s, so pods without this toleration stay Pending. Add it.", [tolerations.written(taint)]),
	"enforcedBy": "scheduler",
	"because": _because,
}) if {
	_for_windows
	some taint in tolerations.repelling
	not _tolerated(taint)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "metadata.name",
	"says": sprintf("The name says %s, but the class selects another build, so the name misleads. Name the class after its build.", [token]),
	"enforcedBy": "advice",
	"because": _because,
}) if {
	_for_windows
	some token, build in _named_builds
	regex.match(sprintf(`(^|[-.]|ltsc)%s($|[-.])`, [token]), subject.resource.metadata.name)
	_selector[os_labels.build] != build
	not _runs_in_virtual_machine(build)
}

_parameters := parameters.of(rego.metadata.chain())

_selector := subject.resource.scheduling.nodeSelector

_selector_os := placement.selector_statements(_selector)[0].os

default _strange := set()

# The OS labels of the class that have a value which no kubelet sets, as in lib.windows.os_labels.
_strange := os_labels.strange_in(runtime_classes.judged.scheduling.nodeSelector)

default _served := {}

# v1beta1 has the same fields as v1, and v1alpha1 has others.
_served := {"fix": fix.set("apiVersion", "node.k8s.io/v1")} if subject.resource.apiVersion == "node.k8s.io/v1beta1"

# If the handler is one of Windows, the class that selects LINUX is for Windows after all.
_respelled(found) := {"fix": fix.set(sprintf("scheduling.nodeSelector[%s]", [found.label]), found.meant)} if {
	[found.meant, _windows_handler] != ["linux", true]
} else := {}

# A class is for Windows if it selects Windows nodes, or if only Windows has its handler.
_for_windows if {
	runtime_classes.judged
	_selector_os == "windows"
}

_for_windows if {
	runtime_classes.judged
	_windows_handler
}

default _because := "scheduling.nodeSelector selects windows"

_because := "the handler is one of Windows" if not _selector_os == "windows"

default _windows_handler := false

# containerd's handlers for Windows: runhcs-wcow-process, and runhcs-wcow-hypervisor with or without a build.
_windows_handler if startswith(subject.resource.handler, "runhcs-wcow-")

# Whether the class runs containers of this build in a virtual machine, so that the build of the node can be another one.
_runs_in_virtual_machine(build) if {
	[[_, number]] := regex.find_all_string_submatch_n(`^runhcs-wcow-hypervisor(?:-(\d{5}))?$`, subject.resource.handler, 1)
	number in {"", trim_prefix(build, "10.0.")}
}

_required_labels contains "kubernetes.io/arch" if _parameters.requireArchitecture

_required_labels contains os_labels.build if _parameters.requireBuild

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
