# METADATA
# title: The Node that is judged
# description: |
#   A kubelet that registers its Node reports what it is in status.nodeInfo; a Node written by hand has none, and the API
#   server shows it with empty texts. What is absent or empty is not known, and not compared with anything.
package lib.windows.nodes

import data.lib.windows.placement
import data.lib.windows.result
import data.lib.windows.subject

# The Node; undefined where the object is anything else.
node := subject.resource if {
	subject.resource.kind == "Node"
	subject.resource.apiVersion == "v1"
}

# Whether anything says that the node runs Windows.
windows if evidence.os == "windows"

# The first thing that tells what the node runs: {"os": "windows" or "linux", "because": the reason in words}. Windows
# said by one of two comes before Linux said by the other.
evidence := {"os": "windows", "because": "status.nodeInfo.operatingSystem is windows"} if {
	info("operatingSystem") == "windows"
} else := {"os": "windows", "because": "label kubernetes.io/os is windows"} if {
	label("kubernetes.io/os") == "windows"
} else := {"os": "linux", "because": "status.nodeInfo.operatingSystem is linux"} if {
	info("operatingSystem") == "linux"
} else := {"os": "linux", "because": "label kubernetes.io/os is linux"} if {
	label("kubernetes.io/os") == "linux"
} else := {"os": "windows", "because": concat("", ["the node has label ", placement.build_label])} if {
	label(placement.build_label)
}

# The reason in words, for findings.
default because := "nothing says what the node runs"

because := evidence.because

# What a label says; undefined where the node has none of that name, or an empty one.
label(name) := value if {
	value := node.metadata.labels[name]
	is_string(value)
	value != ""
}

# What the kubelet reports in status.nodeInfo; undefined where it does not.
info(name) := value if {
	value := node.status.nodeInfo[name]
	is_string(value)
	value != ""
}

# The build of Windows that the kubelet reports, 10.0.20348 of a kernel version 10.0.20348.2700
# (k8s.io/kubernetes/pkg/kubelet/winstats); undefined where that is no version of Windows.
reported_build := regex.find_n(`^\d{1,5}\.\d{1,5}\.\d{1,9}`, info("kernelVersion"), 1)[0] if windows

# What is wrong enough to refuse the Node where it is created. An update of one that exists is never refused, for it may
# be the very cordon, taint or label that takes care of it. meta and about are those of lib.windows.result.
refused(meta, about) := result.warn(meta, about) if {
	subject.operation == "UPDATE"
} else := result.deny(meta, about)
