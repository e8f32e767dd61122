# METADATA
# title: The kubelet's configuration on Windows nodes
# description: |
#   With some settings the kubelet does not start on Windows. Other settings it reads and ignores, so they have no
#   effect. Windows does not enforce limits on the system, so you must reserve memory for Windows itself. A Windows
#   path, a Windows taint or a flag that only Windows has shows that a file is for Windows. The finding names this
#   evidence. Up to Kubernetes 1.37 the kubelet on Windows ignores its policies for CPUs and memory. From 1.38 on, it reads
#   them, and refuses memoryManagerPolicy Static. Set kubernetesVersion to get the answer for your cluster.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#kubelet-compatibility
#     description: Command line options for the kubelet
#   - ref: https://kubernetes.io/docs/concepts/configuration/windows-resource-management/
#     description: Resource management for Windows nodes
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/kubelet/apis/config/validation/validation_windows.go#L29-L57
#     description: What the kubelet refuses and ignores
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/cmd/kubelet/app/init_windows.go#L36-L47
#     description: The priority classes
# custom:
#   id: kubelet-configuration
#   category: cluster
#   severities: [deny, warn]
#   enforcedBy: [kubelet, scheduler, advice]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: Remove the settings that Windows does not have, use npipe endpoints, reserve memory, and register with the declared taint.
#   symptoms:
#     - 'invalid configuration: singleProcessOOMKill is not supported on Windows'
#     - 'invalid configuration: userNamespaces is not supported on Windows'
#     - 'invalid configuration: defaultPodSysctls is not supported on Windows'
#     - 'policy "Static" is not available on Windows'
#     - unknown priority class
#     - 'protocol "unix" not supported'
#     - Unexpected resolver config value
#     - no observation found for eviction signal
#   kinds:
#     - apiGroups: [kubelet.config.k8s.io]
#       kinds: [KubeletConfiguration]
#     - apiGroups: [kubeadm.k8s.io]
#       kinds: [InitConfiguration, JoinConfiguration]
#   fields:
#     - cgroupsPerQOS
#     - containerRuntimeEndpoint
#     - cpuManagerPolicy
#     - defaultPodSysctls
#     - enforceNodeAllocatable
#     - evictionHard
#     - evictionSoft
#     - featureGates
#     - imageServiceEndpoint
#     - kubeReserved
#     - memoryManagerPolicy
#     - nodeRegistration
#     - registerWithTaints
#     - resolvConf
#     - singleProcessOOMKill
#     - systemReserved
#     - topologyManagerPolicy
#     - topologyManagerPolicyOptions
#     - userNamespaces
#   parameters:
#     assumeWindows:
#       type: boolean
#       description: Whether the rule treats every file as a file of a Windows node.
#       default: false
#     minimumReservedMemory:
#       type: string
#       description: The memory that systemReserved and kubeReserved must reserve together.
#       default: 2Gi
#     minimumPriorityClass:
#       type: string
#       description: The lowest priority class that the kubelet may have.
#       default: ABOVE_NORMAL_PRIORITY_CLASS
package lib.windows.rules.kubelet_configuration

import data.lib.windows.kubelet_files
import data.lib.windows.numa
import data.lib.windows.parameters
import data.lib.windows.paths
import data.lib.windows.result
import data.lib.windows.settings
import data.lib.windows.tolerations

applies if kubelet_files.document.kind in {"KubeletConfiguration", "InitConfiguration", "JoinConfiguration"}

finding contains result.deny(rego.metadata.chain(), {
	"field": wrong.field,
	"says": wrong.says,
	"enforcedBy": "kubelet",
	"because": _because,
}) if {
	applies
	some wrong in (_rejected | numa.rejected)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": wrong.field,
	"says": wrong.says,
	"enforcedBy": "kubelet",
	"because": _because,
}) if {
	applies
	some wrong in (_ignored | numa.ignored)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": setting.field,
	"says": sprintf("This is lower than %s, so a busy node can starve the kubelet. Raise the priority.", [minimum]),
	"enforcedBy": "advice",
	"because": _because,
}) if {
	applies
	minimum := _parameters.minimumPriorityClass
	some setting in kubelet_files.kubelet_settings
	setting.name == "windows-priorityclass"
	_rank[setting.value] < _rank[minimum]
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "systemReserved.memory",
	"says": sprintf("systemReserved and kubeReserved reserve less than %s, so pods can take the memory that Windows needs. Reserve more.", [minimum]),
	"enforcedBy": "advice",
	"because": _because,
}) if {
	kubelet_files.document.kind == "KubeletConfiguration"
	minimum := _parameters.minimumReservedMemory
	_memory("systemReserved") + _memory("kubeReserved") < units.parse(minimum)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _taint_fields[kubelet_files.document.kind],
	"says": sprintf("The node registers without the taint %s of Windows nodes, so Linux pods can land on it. Add the taint.", [tolerations.written(declared)]),
	"enforcedBy": "scheduler",
	"because": _because,
}) if {
	applies
	not kubelet_files.document.registerNode == false
	count(kubelet_files.taints & {taint | some taint in settings.taints}) == 0
	declared := settings.taints[0]
}

# Settings that stop the kubelet from starting or from running pods: {"field", "says"}.
_rejected contains {"field": setting.field, "says": "The kubelet on Windows does not start with this setting. Remove the setting."} if {
	some setting in kubelet_files.kubelet_settings
	setting.name in {"singleProcessOOMKill", "userNamespaces", "defaultPodSysctls"}
	not _no_sysctls(setting)
}

_rejected contains {
	"field": setting.field,
	"says": "The kubelet on Windows reaches a runtime only by npipe or tcp. Use npipe:////./pipe/containerd-containerd.",
} if {
	some setting in kubelet_files.kubelet_settings
	setting.name in {"containerRuntimeEndpoint", "imageServiceEndpoint"}
	setting.value != ""
	not regex.match(`(?i)^(npipe|tcp):`, setting.value)
}

_rejected contains {
	"field": "nodeRegistration.criSocket",
	"says": "kubeadm on Windows accepts only npipe, so the node does not join. Use npipe:////./pipe/containerd-containerd.",
} if {
	socket := kubelet_files.document.nodeRegistration.criSocket
	not socket in {"", null}
	not regex.match(`(?i)^npipe:`, socket)
	not paths.like_a_pipe(socket)
}

_rejected contains {"field": setting.field, "says": _unresolved(setting.value)} if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "resolvConf"
}

_rejected contains {"field": setting.field, "says": "Windows does not have this priority class, so the kubelet does not start. Use ABOVE_NORMAL_PRIORITY_CLASS."} if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "windows-priorityclass"
	not _rank[setting.value]
}

_unresolved(value) := `Windows does not have this file, so pods do not start. Use "" or Host.` if startswith(value, "/")

_unresolved(value) := "The kubelet knows only the spelling Host, so pods do not start. Use Host." if {
	lower(value) == "host"
	value != "Host"
}

# An empty map sets no sysctl. The kubelet refuses the other two settings with any value.
_no_sysctls(setting) if {
	setting.name == "defaultPodSysctls"
	setting.value == {}
}

# Settings that the kubelet reads and ignores: {"field", "says"}.
_ignored contains {"field": setting.field, "says": "Windows has no cgroups, so the kubelet ignores this setting. Use false, and set enforceNodeAllocatable to none."} if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "cgroupsPerQOS"
	setting.value in {true, "true"}
}

_ignored contains {"field": setting.field, "says": "Windows cannot enforce reservations, so the kubelet ignores this setting. Use none."} if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "enforceNodeAllocatable"
	count(_items(setting.value) - {"", "none"}) > 0
}

_ignored contains {
	"field": threshold.field,
	"says": sprintf("Windows has no eviction signal %s, so the kubelet ignores this threshold. Remove the threshold.", [threshold.signal]),
} if {
	some threshold in _thresholds
	threshold.signal in _signals_of_linux
}

# The eviction thresholds of the file: {"signal", "field"}.
_thresholds contains {"signal": regex.find_n(`^[\w.]+`, trim_space(text), 1)[0], "field": setting.field} if {
	some setting in kubelet_files.kubelet_settings
	setting.name in {"evictionHard", "evictionSoft"}
	some text in split(setting.value, ",")
}

_thresholds contains {"signal": signal, "field": sprintf("%s[%s]", [setting.name, signal])} if {
	some setting in kubelet_files.kubelet_settings
	setting.name in {"evictionHard", "evictionSoft"}
	some signal, threshold in setting.value
	threshold != null
}

# Windows gives no value for these signals (k8s.io/kubernetes/pkg/kubelet/eviction/helpers.go, makeSignalObservations).
_signals_of_linux := {"containerfs.inodesFree", "imagefs.inodesFree", "nodefs.inodesFree", "pid.available"}

_parameters := parameters.of(rego.metadata.chain())

_because := kubelet_files.because_or(_parameters.assumeWindows)

# The priority classes of Windows, with a higher number for a higher priority.
_rank[sprintf("%s_PRIORITY_CLASS", [name])] := number if {
	some number, name in ["IDLE", "BELOW_NORMAL", "NORMAL", "ABOVE_NORMAL", "HIGH", "REALTIME"]
}

_taint_fields := {
	"InitConfiguration": "nodeRegistration.taints",
	"JoinConfiguration": "nodeRegistration.taints",
	"KubeletConfiguration": "registerWithTaints",
}

# The bytes that a reservation names: 0 if it names no memory, undefined if its value is not a quantity.
_memory(reservation) := units.parse(sprintf("%v", [object.get(kubelet_files.document, [reservation, "memory"], 0)]))

_items(value) := {item | some item in split(value, ",")} if {
	is_string(value)
} else := {item | some item in value}
