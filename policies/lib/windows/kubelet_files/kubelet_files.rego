# METADATA
# title: Configuration files of nodes
# description: |
#   The settings of a KubeletConfiguration, a KubeProxyConfiguration, and kubeadm's InitConfiguration and
#   JoinConfiguration, and the signs that a file is for a Windows node. kubeadm passes flags to the kubelet: as a map
#   up to kubeadm.k8s.io/v1beta3, then as a list of names and values (k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm).
package lib.windows.kubelet_files

import data.lib.windows.settings
import data.lib.windows.subject

# The object that is judged; undefined if the object is of another kind.
document := subject.resource if {
	startswith(subject.resource.apiVersion, _groups[subject.resource.kind])
}

_groups := {
	"InitConfiguration": "kubeadm.k8s.io/",
	"JoinConfiguration": "kubeadm.k8s.io/",
	"KubeProxyConfiguration": "kubeproxy.config.k8s.io/",
	"KubeletConfiguration": "kubelet.config.k8s.io/",
}

# Why the document is for a Windows node, in words; undefined if nothing in it says so.
because := sprintf("%s is a Windows path", [_windows_paths[0]]) if {
	count(_windows_paths) > 0
} else := sprintf("%s is a flag of Windows kubelets only", [_windows_flags[0]]) if {
	count(_windows_flags) > 0
} else := sprintf("the node registers with the taint %s=%s", [_windows_taints[0].key, _windows_taints[0].value]) if {
	count(_windows_taints) > 0
} else := "mode is kernelspace" if {
	_proxy.mode == "kernelspace"
} else := sprintf("winkernel.%s is set", [_winkernel_settings[0]]) if {
	count(_winkernel_settings) > 0
}

# As `because`, for a rule with a parameter that declares every file to be for Windows. assumed is that parameter.
because_or(assumed) := because if {
	because
} else := "the configuration declares every file to be for Windows" if {
	assumed
}

# The settings of the kubelet in the document: a set of {"name": as in KubeletConfiguration, "value", "field": its path}.
# A flag that KubeletConfiguration does not have keeps its own name. The value of a flag is always a string.
kubelet_settings contains {"name": name, "value": value, "field": name} if {
	document.kind == "KubeletConfiguration"
	some name, value in document
	value != null
}

kubelet_settings contains {"name": object.get(_names, flag.name, flag.name), "value": flag.value, "field": flag.field} if {
	some flag in flags
}

# The taints with which the node registers: a set of {"key", "value", "effect"}, all strings, "" if absent.
taints contains _taint(taint) if some taint in document.registerWithTaints

taints contains _taint(taint) if some taint in document.nodeRegistration.taints

taints contains {"key": key, "value": trim_prefix(value, "="), "effect": effect} if {
	some flag in flags
	flag.name == "register-with-taints"
	some text in split(flag.value, ",")
	[[_, key, value, effect]] := regex.find_all_string_submatch_n(`^([^=:]+)(=[^=:]*)?:(\w+)$`, text, 1)
}

# The feature gates that the document sets: a set of {"name", "on": a boolean, "field": its path}.
gates contains {"name": name, "on": value == true, "field": sprintf("featureGates.%s", [name])} if {
	some name, value in document.featureGates
}

gates contains {"name": name, "on": on(value), "field": setting.field} if {
	some setting in kubelet_settings
	setting.name == "featureGates"
	is_string(setting.value)
	some [name, value] in pairs(setting.value)
}

# The pairs in the value of a flag, a set of [name, value]. The kubelet trims blanks (k8s.io/component-base/cli/flag).
pairs(text) := {[trim_space(name), trim_space(value)] |
	some pair in split(text, ",")
	[name, value] := split(pair, "=")
}

# Whether the kubelet takes a text for true. It uses strconv.ParseBool.
on(text) := lower(text) in {"1", "t", "true"}

_taint(taint) := {
	"key": object.get(taint, "key", ""),
	"value": object.get(taint, "value", ""),
	"effect": object.get(taint, "effect", ""),
}

# The flags that kubeadm passes to the kubelet: a set of {"name", "value": a string, "field": its path}.
flags contains {"name": name, "value": value, "field": sprintf("nodeRegistration.kubeletExtraArgs[%s]", [name])} if {
	is_object(document.nodeRegistration.kubeletExtraArgs)
	some name, value in document.nodeRegistration.kubeletExtraArgs
	is_string(value)
}

flags contains {"name": flag.name, "value": flag.value, "field": sprintf("nodeRegistration.kubeletExtraArgs[%d].value", [i])} if {
	is_array(document.nodeRegistration.kubeletExtraArgs)
	some i, flag in document.nodeRegistration.kubeletExtraArgs
	is_string(flag.name)
	is_string(flag.value)
}

# The KubeletConfiguration fields of the flags that rules read (k8s.io/kubernetes/cmd/kubelet/app/options).
_names := {
	"cgroups-per-qos": "cgroupsPerQOS",
	"container-runtime-endpoint": "containerRuntimeEndpoint",
	"cpu-manager-policy": "cpuManagerPolicy",
	"enforce-node-allocatable": "enforceNodeAllocatable",
	"eviction-hard": "evictionHard",
	"eviction-soft": "evictionSoft",
	"feature-gates": "featureGates",
	"image-service-endpoint": "imageServiceEndpoint",
	"memory-manager-policy": "memoryManagerPolicy",
	"resolv-conf": "resolvConf",
	"topology-manager-policy": "topologyManagerPolicy",
	"topology-manager-policy-options": "topologyManagerPolicyOptions",
}

# The paths of fields with a Windows path as value, in the order of the keys. Linux has neither drives nor named pipes,
# so one such value is enough.
_windows_paths := [_field(path) |
	walk(document, [path, value])
	is_string(value)
	regex.match(`(?i)^([a-z]:[\\/]|npipe:|[\\/]{2}\.[\\/]pipe[\\/])`, value)
]

_windows_flags := [flag.field |
	some flag in flags
	flag.name in {"windows-priorityclass", "windows-service"}
]

# The taints that mean Windows. Providers spell them in many ways.
_windows_taints := [taint |
	some taint in taints
	_names_windows(taint)
]

_names_windows(taint) if taint in settings.taints

_names_windows(taint) if {
	not taint in settings.taints
	lower(taint.key) in {"os", "kubernetes.io/os", "node.kubernetes.io/os"}
	startswith(lower(taint.value), "win")
}

_proxy := document if document.kind == "KubeProxyConfiguration"

# The winkernel settings that have a value. kubeadm writes the section into the configuration of Linux nodes too, with
# empty values.
_winkernel_settings := [name |
	some name, value in _proxy.winkernel
	not value in {"", false, null}
]

_field(path) := trim_left(concat("", [_step(key) | some key in path]), ".")

_step(key) := sprintf("[%d]", [key]) if {
	is_number(key)
} else := sprintf(".%s", [key]) if {
	regex.match(`^[A-Za-z0-9]+$`, key)
} else := sprintf("[%s]", [key])
