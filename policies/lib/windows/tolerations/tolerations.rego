# METADATA
# title: Which taints a pod tolerates
# description: Toleration.ToleratesTaint as k8s.io/api/core/v1 defines it, less the alpha operators Lt and Gt.
package lib.windows.tolerations

import data.lib.windows.runtime_classes
import data.lib.windows.subject

# The pod's own tolerations and those of its RuntimeClass, where that is known.
of_pod contains toleration if some toleration in subject.pod.tolerations

of_pod contains toleration if some toleration in runtime_classes.of_pod.scheduling.tolerations

# Whether a toleration admits a taint, {"key", "value", "effect"}: an empty key or effect stands for any.
tolerates(toleration, taint) if {
	_text(toleration, "effect") in {"", taint.effect}
	_text(toleration, "key") in {"", taint.key}
	_admits(_text(toleration, "operator"), _text(toleration, "value"), taint)
}

# Whether one of the pod's tolerations admits the taint.
tolerated(taint) if {
	some toleration in of_pod
	tolerates(toleration, taint)
}

_admits("Exists", _, _)

_admits(operator, value, taint) if {
	operator in {"", "Equal"}
	value == object.get(taint, "value", "")
}

_text(toleration, name) := toleration[name] if {
	is_string(toleration[name])
} else := ""
