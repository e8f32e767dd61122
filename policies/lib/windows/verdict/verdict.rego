# METADATA
# title: The configuration's effect on a finding
# description: |
#   A finding passes these steps in this order: is the rule on, does it yield to another rule, does an exception cover the
#   object, does the configuration change the severity. Rules do not repeat any of them.
package lib.windows.verdict

import data.lib.windows.owner
import data.lib.windows.settings
import data.lib.windows.subject

# Whether the rule of a finding is on: as the configuration says, or else as its METADATA says.
on(found) if settings.rules[found.details.rule].enabled == true

on(found) if {
	not _configured(found)
	not found.enabled == false
}

_configured(found) if settings.rules[found.details.rule].enabled in {true, false}

# Whether a finding yields to another finding. The METADATA of its rule must name the rule of the other finding. The other
# finding must be reported, have at least the same severity, and be about the same container or the whole object.
yields(found, other) if {
	other.details.rule in found.yieldsTo
	container := object.get(found.details, "container", "")
	object.get(other.details, "container", container) == container
	_severity(found) in _same_or_lower[_severity(other)]
	on(other)
	count(exceptions(other)) == 0
}

_same_or_lower := {"deny": {"deny", "warn", "note"}, "warn": {"warn", "note"}, "note": {"note"}}

# The finding as it is reported: {"msg", "details"} with the configured severity. The message names an expired exception.
reported(found) := {"msg": found.msg, "details": found.details} if {
	not settings.rules[found.details.rule].severity
	not _expired(found)
} else := {
	"msg": _message(found),
	"details": object.union(found.details, {"severity": _severity(found)}),
}

# The exceptions that cover a finding and have not expired: an array.
exceptions(found) := [exception |
	some exception in settings.exceptions
	_covers(exception, found)
	_holds(exception)
]

_severity(found) := severity if {
	severity := settings.rules[found.details.rule].severity
	severity in {"deny", "warn", "note"}
} else := found.details.severity

_message(found) := sprintf("%s, exception expired %s)", [trim_suffix(found.msg, ")"), _expired(found)]) if {
	_expired(found)
} else := found.msg

# The last day of the expired exceptions that covered a finding; undefined if there are none or another one still holds.
_expired(found) := max(days) if {
	count(exceptions(found)) == 0
	days := {exception.expires |
		some exception in settings.exceptions
		_covers(exception, found)
		not _holds(exception)
		_day(exception.expires)
	}
	count(days) > 0
}

_covers(exception, found) if {
	exception.rule == found.details.rule
	_like(exception, "namespace", _namespace)
	_like(exception, "container", object.get(found.details, "container", ""))
	some candidate in _candidates
	_like(exception, "kind", candidate.kind)
	_like(exception, "name", candidate.name)
}

_like(exception, key, text) if glob.match(object.get(exception, key, "*"), null, text)

# An exception holds to the end of its last day, UTC. Days in this form compare as strings up to the year 9999.
_holds(exception) if not exception.expires

_holds(exception) if {
	_day(exception.expires)
	_today <= exception.expires
}

_day(text) if regex.match(`^\d{4}-\d{2}-\d{2}$`, text)

_today := time.format([time.now_ns(), "UTC", "2006-01-02"])

default _namespace := ""

_namespace := subject.namespace if is_string(subject.namespace)

# The kinds and names by which an exception can cover the object: those of the object, of its controller, and of the
# controller's controller. Kubernetes derives the controller's name from that of its own controller.
_candidates contains {"kind": subject.resource.kind, "name": name} if {
	name := object.get(subject.resource, ["metadata", "name"], "")
}

_candidates contains {"kind": owner.controller.kind, "name": owner.controller.name}

_candidates contains {"kind": "Deployment", "name": name} if {
	owner.controller.kind == "ReplicaSet"
	hash := subject.resource.metadata.labels["pod-template-hash"]
	suffix := concat("", ["-", hash])
	endswith(owner.controller.name, suffix)
	name := trim_suffix(owner.controller.name, suffix)
}

_candidates contains {"kind": "CronJob", "name": name} if {
	owner.controller.kind == "Job"
	regex.match(`-\d{8,}$`, owner.controller.name)
	name := regex.replace(owner.controller.name, `-\d{8,}$`, "")
}
