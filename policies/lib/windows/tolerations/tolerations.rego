# METADATA
# title: Which taints a pod tolerates
# description: |
#   Toleration.ToleratesTaint as k8s.io/api/core/v1 defines it. A field that is null or absent is the empty text; one of
#   another type is nothing the API server would store, and matches no taint. Lt and Gt are alpha: a pod that has them is
#   admitted only where TaintTolerationComparisonOperators is on, so here they count.
package lib.windows.tolerations

import data.lib.windows.runtime_classes
import data.lib.windows.settings
import data.lib.windows.subject

# The pod's own tolerations and those of its RuntimeClass, where that is known.
of_pod contains toleration if some toleration in subject.pod.tolerations

of_pod contains toleration if some toleration in runtime_classes.of_pod.scheduling.tolerations

# The taints of Windows nodes that keep pods away: PreferNoSchedule keeps away none.
repelling := [taint | some taint in settings.taints; taint.effect in {"NoSchedule", "NoExecute"}]

# Whether a toleration admits a taint, {"key", "value", "effect"}: an empty key or effect stands for any.
tolerates(toleration, taint) if {
	is_object(toleration)
	_text(toleration, "effect") in {"", taint.effect}
	_text(toleration, "key") in {"", taint.key}
	_admits(_text(toleration, "operator"), _text(toleration, "value"), _text(taint, "value"))
}

# Whether one of the pod's tolerations admits the taint.
tolerated(taint) if {
	some toleration in of_pod
	tolerates(toleration, taint)
}

# Whether one of the pod's tolerations admits every taint with the effect, whatever its key.
blanket(effect) if {
	some toleration in of_pod
	toleration.operator == "Exists"
	object.get(toleration, "key", null) in {"", null}
	object.get(toleration, "effect", null) in {"", null, effect}
}

# A taint as kubectl writes it: os=windows:NoSchedule, os:NoSchedule without a value.
written(taint) := sprintf("%s=%s:%s", [taint.key, taint.value, taint.effect]) if {
	_text(taint, "value") != ""
} else := sprintf("%s:%s", [taint.key, taint.effect])

_admits("Exists", _, _)

_admits(operator, value, tainted) if {
	operator in {"", "Equal"}
	value == tainted
}

_admits("Lt", value, tainted) if _integer(tainted) < _integer(value)

_admits("Gt", value, tainted) if _integer(tainted) > _integer(value)

# A decimal integer as the API server takes it, without leading zeros or a plus, that fits into 64 bits.
_integer(text) := number if {
	regex.match(`^(0|-?[1-9][0-9]{0,18})$`, text)
	number := to_number(text)
	number >= -9223372036854775808
	number <= 9223372036854775807
}

_text(from, name) := "" if {
	object.get(from, name, null) == null
} else := from[name]
