# METADATA
# title: The OS of a pod, and the reason
# description: |
#   The API server reads only spec.os.name. Without it the library infers the OS: first from what places the pod on one
#   OS (lib.windows.placement), then from HostProcess. Tolerations and image names prove nothing.
package lib.windows.os

import data.lib.windows.containers
import data.lib.windows.placement
import data.lib.windows.subject

# Whether the pod is for Windows, declared or inferred.
windows if name == "windows"

# The OS of the pod, "windows" or "linux", by the strongest evidence; undefined if there is none.
name := subject.pod.os.name if {
	subject.pod.os.name in {"windows", "linux"}
} else := placement.strongest if {
	placement.strongest
} else := "windows" if {
	host_process
}

# The OS of the pod with the reason: {"os": "windows" or "linux", "because": in words}; undefined if nothing tells the OS.
evidence := {"os": name, "because": concat("", ["spec.os.name is ", name])} if {
	name == subject.pod.os.name
} else := selected if {
	selected
} else := {"os": "windows", "because": "windowsOptions.hostProcess is true"} if {
	host_process
}

# Whether spec.os.name is windows. The API server then enforces its own rules.
declared if subject.pod.os.name == "windows"

# The reason for the pod's OS in words, for findings.
default because := "nothing names the OS of the pod"

because := evidence.because

# The OS that the pod is placed on, and what places it: {"os", "because"}; undefined if nothing does. The sources are the
# nodeSelector, the required node affinity and the RuntimeClass.
selected := {"os": statement.os, "because": statement.because} if {
	statement := placement.statements[0]
}

# The OS that the strongest label of a nodeSelector (a map of label to value) names; undefined if no label names one.
selector_os(selector) := placement.selector_statements(selector)[0].os

# Whether hostProcess is true in the pod's windowsOptions or in those of a container.
host_process if subject.pod.securityContext.windowsOptions.hostProcess == true

host_process if {
	pod := subject.pod
	some list in containers.lists
	pod[list][_].securityContext.windowsOptions.hostProcess == true
}
