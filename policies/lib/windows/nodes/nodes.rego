# METADATA
# title: The Node that is judged
# description: |
#   A kubelet reports facts about its node in status.nodeInfo. A Node written by hand has no such facts, and the API
#   server fills in empty strings. The library treats an absent or empty value as unknown and compares it with nothing.
package lib.windows.nodes

import data.lib.windows.os_labels
import data.lib.windows.result
import data.lib.windows.subject

# The Node that is judged; undefined if the object is of another kind.
node := subject.resource if {
	subject.resource.kind == "Node"
	subject.resource.apiVersion == "v1"
}

# Whether the node runs Windows, by its first piece of evidence.
windows if evidence.os == "windows"

# The OS of the node and the reason: {"os": "windows" or "linux", "because": in words}; undefined if nothing tells. If
# nodeInfo and the label contradict each other, Windows wins.
evidence := {"os": "windows", "because": "status.nodeInfo.operatingSystem is windows"} if {
	info("operatingSystem") == "windows"
} else := {"os": "windows", "because": "label kubernetes.io/os is windows"} if {
	label("kubernetes.io/os") == "windows"
} else := {"os": "linux", "because": "status.nodeInfo.operatingSystem is linux"} if {
	info("operatingSystem") == "linux"
} else := {"os": "linux", "because": "label kubernetes.io/os is linux"} if {
	label("kubernetes.io/os") == "linux"
} else := {"os": "windows", "because": concat("", ["the node has label ", os_labels.build])} if {
	label(os_labels.build)
}

# The reason for the node's OS in words, for findings.
default because := "nothing names the OS of the node"

because := evidence.because

# The value of the node's label; undefined if the label is absent or empty.
label(name) := value if {
	value := node.metadata.labels[name]
	is_string(value)
	value != ""
}

# The value of a field of status.nodeInfo; undefined if it is absent or empty.
info(name) := value if {
	value := node.status.nodeInfo[name]
	is_string(value)
	value != ""
}

# The Windows build that the kubelet reports: "10.0.20348" for kernel version 10.0.20348.2700
# (k8s.io/kubernetes/pkg/kubelet/winstats). Undefined if the node is not for Windows or reports no such version.
reported_build := regex.find_n(`^\d{1,5}\.\d{1,5}\.\d{1,9}`, info("kernelVersion"), 1)[0] if windows

# The finding that denies a Node when it is created, and warns when it is updated. An UPDATE of a Node is never denied,
# because it can be the cordon, taint or label that repairs it. meta and about are as in lib.windows.result.
deny_on_create(meta, about) := result.warn(meta, about) if {
	subject.operation == "UPDATE"
} else := result.deny(meta, about)
