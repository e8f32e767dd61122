# METADATA
# title: The taints that a pod tolerates
# description: |
#   The same as Toleration.ToleratesTaint in k8s.io/api/core/v1. A null or absent field is the empty string. A field of
#   another type matches no taint, because the API server would not store it. The operators Lt and Gt are alpha. They
#   count here, because the API server admits them only if TaintTolerationComparisonOperators is on.
package lib.windows.tolerations

import data.lib.windows.runtime_classes
import data.lib.windows.settings
import data.lib.windows.subject

# The tolerations of the pod and of its RuntimeClass, if that is known: a set.
of_pod contains toleration if some toleration in subject.pod.tolerations

of_pod contains toleration if some toleration in runtime_classes.of_pod.scheduling.tolerations

# The taints of Windows nodes that repel pods: an array. A taint with PreferNoSchedule repels no pod.
repelling := [taint | some taint in settings.taints; taint.effect in {"NoSchedule", "NoExecute"}]

# Why no taint keeps pods off Windows nodes, in words: the configuration names a platform or a list of taints, and no
# taint of it repels pods. Undefined if one does, or if the configuration tells nothing about the cluster.
untainted := sprintf("Windows nodes of %s have no taint", [settings.document.platform]) if {
	count(repelling) == 0
	not is_array(object.get(settings.document, "taints", null))
	settings.platform != {}
} else := "no configured taint keeps pods off Windows nodes" if {
	count(repelling) == 0
	is_array(settings.document.taints)
}

# Whether a toleration tolerates a taint, {"key", "value", "effect"}. An empty key or effect matches all.
tolerates(toleration, taint) if {
	is_object(toleration)
	_text(toleration, "effect") in {"", taint.effect}
	_text(toleration, "key") in {"", taint.key}
	_matches(_text(toleration, "operator"), _text(toleration, "value"), _text(taint, "value"))
}

# Whether one of the pod's tolerations tolerates the taint, {"key", "value", "effect"}.
tolerated(taint) if {
	some toleration in of_pod
	tolerates(toleration, taint)
}

# Whether one of the pod's tolerations tolerates every taint with the effect, such as "NoSchedule".
blanket(effect) if {
	some toleration in of_pod
	toleration.operator == "Exists"
	object.get(toleration, "key", null) in {"", null}
	object.get(toleration, "effect", null) in {"", null, effect}
}

# A taint as kubectl writes it: "os=windows:NoSchedule", or "os:NoSchedule" if it has no value.
written(taint) := sprintf("%s=%s:%s", [taint.key, taint.value, taint.effect]) if {
	_text(taint, "value") != ""
} else := sprintf("%s:%s", [taint.key, taint.effect])

_matches("Exists", _, _)

_matches(operator, value, tainted) if {
	operator in {"", "Equal"}
	value == tainted
}

_matches("Lt", value, tainted) if _integer(tainted) < _integer(value)

_matches("Gt", value, tainted) if _integer(tainted) > _integer(value)

# The number of a decimal integer that the API server accepts: no leading zeros, no plus sign, 64 bits.
_integer(text) := number if {
	regex.match(`^(0|-?[1-9][0-9]{0,18})$`, text)
	number := to_number(text)
	number >= -9223372036854775808
	number <= 9223372036854775807
}

_text(from, name) := "" if {
	object.get(from, name, null) == null
} else := from[name]
