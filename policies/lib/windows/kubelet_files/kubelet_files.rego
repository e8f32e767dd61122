# METADATA
# title: Configuration of nodes in files
# description: |
#   What a KubeletConfiguration, a KubeProxyConfiguration, or kubeadm's InitConfiguration and JoinConfiguration say, and
#   how it is known that they are for a Windows node. kubeadm passes flags to the kubelet: as a map up to
#   kubeadm.k8s.io/v1beta3, as a list of names and values after that (k8s.io/kubernetes/cmd/kubeadm/app/apis/kubeadm).
package lib.windows.kubelet_files

import data.lib.windows.settings
import data.lib.windows.subject

# The document that is judged, if it is one of these kinds.
document := subject.resource if {
	startswith(subject.resource.apiVersion, _groups[subject.resource.kind])
}

_groups := {
	"InitConfiguration": "kubeadm.k8s.io/",
	"JoinConfiguration": "kubeadm.k8s.io/",
	"KubeProxyConfiguration": "kubeproxy.config.k8s.io/",
	"KubeletConfiguration": "kubelet.config.k8s.io/",
}

# Why the document is for a Windows node; undefined where nothing says that it is.
because := sprintf("%s is a path of Windows", [_windows_paths[0]]) if {
	count(_windows_paths) > 0
} else := sprintf("%s is a flag that only Windows has", [_windows_flags[0]]) if {
	count(_windows_flags) > 0
} else := sprintf("the node registers with the taint %s=%s", [_windows_taints[0].key, _windows_taints[0].value]) if {
	count(_windows_taints) > 0
} else := "mode is kernelspace" if {
	_proxy.mode == "kernelspace"
} else := sprintf("winkernel.%s is set", [_winkernel_settings[0]]) if {
	count(_winkernel_settings) > 0
}

# The same for a rule whose configuration may take every file for one of Windows.
because_or(assumed) := because if {
	because
} else := "the configuration takes every file for one of Windows" if {
	assumed
}

# What the document sets for the kubelet, by the names of KubeletConfiguration: {"name", "value", "field"}. A value of a
# flag is a text. The flags that have no such name go by their own.
given contains {"name": name, "value": value, "field": name} if {
	document.kind == "KubeletConfiguration"
	some name, value in document
	value != null
}

given contains {"name": object.get(_names, flag.name, flag.name), "value": flag.value, "field": flag.field} if {
	some flag in _flags
}

# The taints with which the node registers: {"key", "value", "effect"}.
taints contains _taint(taint) if some taint in document.registerWithTaints

taints contains _taint(taint) if some taint in document.nodeRegistration.taints

taints contains {"key": key, "value": trim_prefix(value, "="), "effect": effect} if {
	some flag in _flags
	flag.name == "register-with-taints"
	some text in split(flag.value, ",")
	[[_, key, value, effect]] := regex.find_all_string_submatch_n(`^([^=:]+)(=[^=:]*)?:(\w+)$`, text, 1)
}

# The feature gates: {"name", "on", "field"}.
gates contains {"name": name, "on": value == true, "field": sprintf("featureGates.%s", [name])} if {
	some name, value in document.featureGates
}

gates contains {"name": name, "on": lower(value) == "true", "field": setting.field} if {
	some setting in given
	setting.name == "featureGates"
	is_string(setting.value)
	some text in split(setting.value, ",")
	[name, value] := split(text, "=")
}

_taint(taint) := {
	"key": object.get(taint, "key", ""),
	"value": object.get(taint, "value", ""),
	"effect": object.get(taint, "effect", ""),
}

_flags contains {"name": name, "value": value, "field": sprintf("nodeRegistration.kubeletExtraArgs[%s]", [name])} if {
	is_object(document.nodeRegistration.kubeletExtraArgs)
	some name, value in document.nodeRegistration.kubeletExtraArgs
	is_string(value)
}

_flags contains {"name": flag.name, "value": flag.value, "field": sprintf("nodeRegistration.kubeletExtraArgs[%d].value", [i])} if {
	is_array(document.nodeRegistration.kubeletExtraArgs)
	some i, flag in document.nodeRegistration.kubeletExtraArgs
	is_string(flag.name)
	is_string(flag.value)
}

# The flags that stand for a field (k8s.io/kubernetes/cmd/kubelet/app/options), where the rules look at both.
_names := {
	"cgroups-per-qos": "cgroupsPerQOS",
	"container-runtime-endpoint": "containerRuntimeEndpoint",
	"enforce-node-allocatable": "enforceNodeAllocatable",
	"eviction-hard": "evictionHard",
	"eviction-soft": "evictionSoft",
	"feature-gates": "featureGates",
	"image-service-endpoint": "imageServiceEndpoint",
	"memory-manager-policy": "memoryManagerPolicy",
	"resolv-conf": "resolvConf",
}

# Linux has no drives and no named pipes, so one value with such a path tells. Keys are walked in their order.
_windows_paths := [_field(path) |
	walk(document, [path, value])
	is_string(value)
	regex.match(`(?i)^([a-z]:[\\/]|npipe:|[\\/]{2}\.[\\/]pipe[\\/])`, value)
]

_windows_flags := [flag.field |
	some flag in _flags
	flag.name in {"windows-priorityclass", "windows-service"}
]

# The taints that providers put on Windows nodes are spelled in many ways.
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

# kubeadm writes the section into the configuration of Linux nodes too, with nothing in it.
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
