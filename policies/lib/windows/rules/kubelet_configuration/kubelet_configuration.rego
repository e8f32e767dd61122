# METADATA
# title: The kubelet's configuration on Windows nodes
# description: |
#   With some settings the kubelet does not start on Windows. Other settings it reads and ignores, so they have no
#   effect. Windows does not enforce limits on the system, so you must reserve memory for Windows itself. A Windows
#   path, a Windows taint or a flag that only Windows has shows that a file is for Windows. The finding names this
#   evidence. The rule reports a removed feature gate for every kubelet, because each kubelet refuses an unknown gate.
#   Eviction thresholds had no effect before Kubernetes supported eviction on Windows. The rule does not check your
#   release.
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
#     - 'unrecognized feature gate: IdentifyPodOS'
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
import data.lib.windows.parameters
import data.lib.windows.paths
import data.lib.windows.result
import data.lib.windows.settings

applies if kubelet_files.document.kind in {"KubeletConfiguration", "InitConfiguration", "JoinConfiguration"}

finding contains result.deny(rego.metadata.chain(), {
	"field": wrong.field,
	"says": wrong.says,
	"enforcedBy": "kubelet",
	"because": _because,
}) if {
	applies
	some wrong in _rejected
}

finding contains result.warn(rego.metadata.chain(), {
	"field": wrong.field,
	"says": wrong.says,
	"enforcedBy": "kubelet",
	"because": _because,
}) if {
	applies
	some wrong in _ignored
}

finding contains result.warn(rego.metadata.chain(), {
	"field": gate.field,
	"says": sprintf("%s is no feature gate any more, and the kubelet does not start with one it does not know; remove it", [gate.name]),
	"enforcedBy": "kubelet",
	"because": "the kubelet of any OS reads it",
}) if {
	applies
	some gate in kubelet_files.gates
	gate.name in {"IdentifyPodOS", "WindowsHostProcessContainers"}
}

finding contains result.warn(rego.metadata.chain(), {
	"field": setting.field,
	"says": sprintf("lower than %s, so a busy node can starve its kubelet; raise it", [minimum]),
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
	"says": sprintf("with kubeReserved less than %s is reserved, and Windows needs memory for itself; reserve it", [minimum]),
	"enforcedBy": "advice",
	"because": _because,
}) if {
	kubelet_files.document.kind == "KubeletConfiguration"
	minimum := _parameters.minimumReservedMemory
	_memory("systemReserved") + _memory("kubeReserved") < units.parse(minimum)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _taint_fields[kubelet_files.document.kind],
	"says": sprintf("the node registers without the taint %s=%s:%s of Windows nodes; add it", [
		declared.key,
		declared.value,
		declared.effect,
	]),
	"enforcedBy": "scheduler",
	"because": _because,
}) if {
	applies
	not kubelet_files.document.registerNode == false
	count(kubelet_files.taints & {taint | some taint in settings.taints}) == 0
	declared := settings.taints[0]
}

# Settings that stop the kubelet from starting or from running pods: {"field", "says"}.
_rejected contains {
	"field": setting.field,
	"says": "the kubelet does not start with it on Windows; remove it",
} if {
	some setting in kubelet_files.kubelet_settings
	setting.name in {"singleProcessOOMKill", "userNamespaces", "defaultPodSysctls"}
	not _no_sysctls(setting)
}

_rejected contains {
	"field": setting.field,
	"says": "the kubelet on Windows takes npipe or tcp alone; use npipe:////./pipe/containerd-containerd",
} if {
	some setting in kubelet_files.kubelet_settings
	setting.name in {"containerRuntimeEndpoint", "imageServiceEndpoint"}
	setting.value != ""
	not regex.match(`(?i)^(npipe|tcp):`, setting.value)
}

_rejected contains {
	"field": "nodeRegistration.criSocket",
	"says": "kubeadm takes npipe alone on Windows; use npipe:////./pipe/containerd-containerd",
} if {
	socket := kubelet_files.document.nodeRegistration.criSocket
	not socket in {"", null}
	not regex.match(`(?i)^npipe:`, socket)
	not paths.like_a_pipe(socket)
}

_rejected contains {
	"field": setting.field,
	"says": `a file that Windows does not have, without which no pod gets its DNS; use "" or Host`,
} if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "resolvConf"
	startswith(setting.value, "/")
}

_rejected contains {
	"field": setting.field,
	"says": "no priority class of Windows, and the kubelet does not start; use ABOVE_NORMAL_PRIORITY_CLASS",
} if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "windows-priorityclass"
	not _rank[setting.value]
}

_rejected contains {
	"field": policy.field,
	"says": "not on Windows, where the kubelet does not start with it; remove it",
} if {
	_pinning
	some policy in _pinning_policies
}

# An empty map sets no sysctl. The kubelet refuses the other two settings with any value.
_no_sysctls(setting) if {
	setting.name == "defaultPodSysctls"
	setting.value == {}
}

# Settings that the kubelet reads and ignores: {"field", "says"}.
_ignored contains {"field": policy.field, "says": "ignored on Windows; remove it"} if {
	not _pinning
	some policy in _pinning_policies
}

_ignored contains {"field": setting.field, "says": "ignored, for Windows has no cgroups; set it to false, and enforceNodeAllocatable to none"} if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "cgroupsPerQOS"
	setting.value in {true, "true"}
}

_ignored contains {
	"field": setting.field,
	"says": "ignored: Windows enforces nothing here, a reservation only lowers what pods may ask for; use none",
} if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "enforceNodeAllocatable"
	count(_items(setting.value) - {"", "none"}) > 0
}

_ignored contains {"field": setting.field, "says": sprintf("ignored: Windows has no signal %s; remove it", [signal])} if {
	some setting in kubelet_files.kubelet_settings
	setting.name in {"evictionHard", "evictionSoft"}
	is_string(setting.value)
	some signal in _signals_of_linux
	some threshold in split(setting.value, ",")
	startswith(threshold, signal)
}

_ignored contains {
	"field": sprintf("%s[%s]", [setting.name, signal]),
	"says": sprintf("ignored: Windows has no signal %s; remove it", [signal]),
} if {
	some setting in kubelet_files.kubelet_settings
	setting.name in {"evictionHard", "evictionSoft"}
	some signal in _signals_of_linux
	setting.value[signal] != null
}

# Windows gives no value for these signals (k8s.io/kubernetes/pkg/kubelet/eviction/helpers.go, makeSignalObservations).
_signals_of_linux := {"containerfs.inodesFree", "imagefs.inodesFree", "nodefs.inodesFree", "pid.available"}

# The policies that pin memory to a NUMA node. The kubelet reads them only if a feature gate is on.
_pinning_policies contains setting if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "memoryManagerPolicy"
	setting.value == "Static"
}

_pinning_policies contains {"field": sprintf("topologyManagerPolicyOptions[%s]", [name])} if {
	name := "prefer-closest-numa-nodes"
	kubelet_files.document.topologyManagerPolicyOptions[name] in {"true", true}
}

_pinning if {
	some gate in kubelet_files.gates
	gate.name == "WindowsCPUAndMemoryAffinity"
	gate.on
}

_parameters := parameters.of(rego.metadata.chain())

_because := kubelet_files.because_or(_parameters.assumeWindows)

# The priority classes of Windows, with a higher number for a higher priority.
_rank := {
	"IDLE_PRIORITY_CLASS": 1,
	"BELOW_NORMAL_PRIORITY_CLASS": 2,
	"NORMAL_PRIORITY_CLASS": 3,
	"ABOVE_NORMAL_PRIORITY_CLASS": 4,
	"HIGH_PRIORITY_CLASS": 5,
	"REALTIME_PRIORITY_CLASS": 6,
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
