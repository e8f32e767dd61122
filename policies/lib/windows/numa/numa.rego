# METADATA
# title: The kubelet's policies for CPUs and memory
# description: |
#   The kubelet on Windows reads the policies of its CPU, memory and topology managers only if the gate
#   WindowsCPUAndMemoryAffinity is on (k8s.io/kubernetes/pkg/kubelet/cm/container_manager_windows.go). The gate is off by
#   default up to Kubernetes 1.37, and on from 1.38. The memory manager then refuses Static, and the topology manager
#   refuses prefer-closest-numa-nodes, because Windows does not report the distances of NUMA nodes.
package lib.windows.numa

import data.lib.windows.kubelet_files
import data.lib.windows.kubernetes

# The settings with which the kubelet does not start: a set of {"field", "says"}.
rejected contains {"field": setting.field, "says": concat(" ", [setting.says, setting.remedy])} if {
	_read
	some setting in _refused
}

# The settings that the kubelet ignores: a set of {"field", "says"}.
ignored contains {"field": setting.field, "says": concat(" ", [_ignores.refused, setting.remedy])} if {
	not _read
	some setting in _refused
}

ignored contains {"field": setting.field, "says": concat(" ", [_ignores.supported, "Remove the policy."])} if {
	not _read
	some setting in kubelet_files.kubelet_settings
	setting.value in _supported[setting.name]
}

# Whether the kubelet reads the policies in every version that the cluster can have.
_read if _gate == true

_read if {
	not _gate == false
	kubernetes.all_from("1.38")
}

# Whether the file switches the gate on; undefined if the file does not name the gate.
_gate := on if {
	values := [gate.on | some gate in kubelet_files.gates; gate.name == "WindowsCPUAndMemoryAffinity"]
	on := values[0]
}

# Why the settings have no effect: of those that the kubelet refuses if the gate is on, and of those that it supports.
default _ignores := {
	"refused": "Windows ignores this setting up to Kubernetes 1.37, and the kubelet 1.38 refuses it.",
	"supported": "Windows ignores this policy up to Kubernetes 1.37 unless WindowsCPUAndMemoryAffinity is on.",
}

_ignores := {
	"refused": "Windows ignores this setting, because WindowsCPUAndMemoryAffinity is off.",
	"supported": "Windows ignores this policy, because WindowsCPUAndMemoryAffinity is off.",
} if {
	_gate == false
}

# The settings that the kubelet refuses if the gate is on: {"field", "says": what then happens, "remedy"}.
_refused contains {
	"field": setting.field,
	"says": "The kubelet on Windows does not start with this policy.",
	"remedy": "Use None.",
} if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "memoryManagerPolicy"
	setting.value == "Static"
}

_refused contains {
	"field": option.field,
	"says": "The kubelet on Windows refuses this option, because it needs NUMA distances.",
	"remedy": "Remove the option.",
} if {
	some option in _topology_options
	some policy in kubelet_files.kubelet_settings # with the policy none, the kubelet reads no option
	policy.name == "topologyManagerPolicy"
	policy.value in _supported.topologyManagerPolicy
}

# Where the file switches prefer-closest-numa-nodes on: {"field"}.
_topology_options contains {"field": sprintf("topologyManagerPolicyOptions[%s]", [_closest])} if {
	value := kubelet_files.document.topologyManagerPolicyOptions[_closest]
	kubelet_files.on(sprintf("%v", [value]))
}

_topology_options contains {"field": setting.field} if {
	some setting in kubelet_files.kubelet_settings
	setting.name == "topologyManagerPolicyOptions"
	is_string(setting.value)
	some [_closest, value] in kubelet_files.pairs(lower(setting.value))
	kubelet_files.on(value)
}

_closest := "prefer-closest-numa-nodes"

# The policies that do something if the gate is on, by setting.
_supported := {
	"cpuManagerPolicy": {"static"},
	"memoryManagerPolicy": {"BestEffort"},
	"topologyManagerPolicy": {"best-effort", "restricted", "single-numa-node"},
}
