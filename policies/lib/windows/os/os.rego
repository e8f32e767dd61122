# METADATA
# title: Which OS a pod is for, and how that is known
# description: |
#   spec.os.name alone is what the API server goes by. Everything else is inference, in the order of its strength: what
#   places the pod on one OS (lib.windows.placement), HostProcess. Tolerations and image names prove nothing.
package lib.windows.os

import data.lib.windows.placement
import data.lib.windows.subject

# Whether the pod is for Windows, by declaration or inference.
windows if name == "windows"

# The OS the pod is for, windows or linux, by the first thing that tells it; undefined where nothing does.
name := subject.pod.os.name if {
	subject.pod.os.name in {"windows", "linux"}
} else := placement.strongest if {
	placement.strongest
} else := "windows" if {
	host_process
}

# The same with its reason: {"os": "windows" or "linux", "because": in words}.
evidence := {"os": name, "because": concat("", ["spec.os.name is ", name])} if {
	name == subject.pod.os.name
} else := selected if {
	selected
} else := {"os": "windows", "because": "windowsOptions.hostProcess is true"} if {
	host_process
}

# Whether the pod declares spec.os.name windows: the API server then enforces its own rules.
declared if subject.pod.os.name == "windows"

# The reason in words, for findings.
default because := "nothing says which OS the pod is for"

because := evidence.because

# What places the pod on one OS: {"os", "because"} from its selector, its required affinity or its RuntimeClass.
selected := {"os": statement.os, "because": statement.because} if {
	statement := placement.statements[0]
}

# The OS that a nodeSelector, a map of label to value, admits alone; undefined where it leaves that open.
selector_os(selector) := placement.selector_statements(selector)[0].os

# Whether hostProcess is true anywhere: in the pod, or in one of its containers.
host_process if subject.pod.securityContext.windowsOptions.hostProcess == true

host_process if {
	pod := subject.pod
	some list in ["containers", "initContainers", "ephemeralContainers"]
	pod[list][_].securityContext.windowsOptions.hostProcess == true
}
