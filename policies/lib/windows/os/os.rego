# METADATA
# title: Which OS a pod is for, and how that is known
# description: |
#   spec.os.name alone is what the API server goes by. Everything else is inference, in the order of its strength: a
#   selector that only Windows nodes satisfy, the RuntimeClass, HostProcess. Tolerations and image names prove nothing.
package lib.windows.os

import data.lib.windows.runtime_classes
import data.lib.windows.subject

# Whether the pod is for Windows, by declaration or inference.
windows if evidence.os == "windows"

# Whether the pod declares spec.os.name windows: the API server then enforces its own rules.
declared if subject.pod.os.name == "windows"

# The first thing that tells the OS: {"os": "windows" or "linux", "because": the reason in words}.
evidence := {"os": name, "because": concat("", ["spec.os.name is ", name])} if {
	name := subject.pod.os.name
	name in {"windows", "linux"}
} else := selected if {
	selected
} else := {"os": "windows", "because": "windowsOptions.hostProcess is true"} if {
	host_process
}

# The reason in words, for findings.
default because := "nothing says which OS the pod is for"

because := evidence.because

# What places the pod on one OS: {"os", "because"} from its selector, its required affinity or its RuntimeClass.
selected := {"os": os, "because": concat("", ["nodeSelector ", label, " is ", os])} if {
	label := _naming_label(subject.pod.nodeSelector)
	os := subject.pod.nodeSelector[label]
} else := {"os": "windows", "because": concat("", ["nodeSelector names ", build_label])} if {
	subject.pod.nodeSelector[build_label]
} else := {"os": "windows", "because": "required node affinity allows only windows"} if {
	subject.pod.affinity
	_required("windows")
} else := {"os": "linux", "because": "required node affinity allows only linux"} if {
	subject.pod.affinity
	_required("linux")
} else := {"os": os, "because": sprintf("RuntimeClass %s selects %s", [subject.pod.runtimeClassName, os])} if {
	subject.pod.runtimeClassName
	os := selector_os(runtime_classes.of_pod.scheduling.nodeSelector)
}

# The label that only Windows nodes carry.
build_label := "node.kubernetes.io/windows-build"

# The labels that name a node's OS, the deprecated one last.
labels := ["kubernetes.io/os", "beta.kubernetes.io/os"]

# The OS that a nodeSelector, a map of label to value, admits alone; undefined where it leaves that open.
selector_os(selector) := os if {
	os := selector[_naming_label(selector)]
} else := "windows" if {
	selector[build_label]
}

# The first of the labels by which a nodeSelector names an OS that exists.
_naming_label(selector) := labels[0] if {
	selector[labels[0]] in {"windows", "linux"}
} else := labels[1] if {
	selector[labels[1]] in {"windows", "linux"}
}

# Terms are alternatives, so each must demand the OS; one without any expression matches no node.
_required(os) if {
	count(_terms) > 0
	every term in _terms {
		_demands(term, os)
	}
}

_terms contains term if {
	terms := subject.pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms
	some term in terms
	some part in ["matchExpressions", "matchFields"]
	count(term[part]) > 0
}

_demands(term, os) if {
	some expression in term.matchExpressions
	expression.key in labels
	expression.operator == "In"
	{value | some value in expression.values} == {os}
}

_demands(term, "windows") if {
	some expression in term.matchExpressions
	expression.key == build_label
	expression.operator in {"In", "Exists"}
}

# Whether hostProcess is true anywhere: in the pod, or in one of its containers.
host_process if subject.pod.securityContext.windowsOptions.hostProcess == true

host_process if {
	some list in ["containers", "initContainers", "ephemeralContainers"]
	subject.pod[list][_].securityContext.windowsOptions.hostProcess == true
}
