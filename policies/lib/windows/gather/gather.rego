# METADATA
# title: The findings of all rules
# description: |
#   Every input form takes the same steps: evaluate the rules, drop findings that an UPDATE did not cause, apply the
#   configuration, and drop what is reported for the controller already. A rule is any package below lib.windows.rules
#   that defines `finding`. You register it nowhere.
package lib.windows.gather

import data.lib.windows.asked
import data.lib.windows.os
import data.lib.windows.owner
import data.lib.windows.rules
import data.lib.windows.settings
import data.lib.windows.subject
import data.lib.windows.update
import data.lib.windows.verdict
import data.lib.windows.violation as violations

# The findings to report: a set of {"msg", "details"}, as in lib.windows.result.
finding contains decided if {
	some found in raw
	_counts(found)
	count(verdict.exceptions(found)) == 0
	decided := verdict.reported(found)
	_reported(decided)
}

# The findings that an exception covers: a set of {"msg", "details", "exceptions": [the exceptions that cover it]}.
excepted contains object.union(decided, {"exceptions": exceptions}) if {
	some found in raw
	_counts(found)
	exceptions := verdict.exceptions(found)
	count(exceptions) > 0
	decided := verdict.reported(found)
	_reported(decided)
}

# What the rules could not verify, because they lack an object or a fact: a set of {"msg", "details"} with the severity
# "unverified". These are diagnostics: they deny nothing and warn about nothing.
unverified contains {"msg": found.msg, "details": found.details} if {
	os.windows
	subject.judged
	not owner.controlled
	not update.unchanged
	some found
	rules[_].unverified[found]
	verdict.on(found)
	count(verdict.exceptions(found)) == 0
}

# What a template reports: the findings that have one of the Constraint's severities, each with the message of
# lib.windows.violation and without a fix.
violation contains {"msg": violations.message(found), "details": object.remove(found.details, ["fix"])} if {
	some found in finding
	found.details.severity in settings.severities
}

# Whether a finding counts: its rule is on, it yields to no other rule, and an UPDATE caused it.
_counts(found) if {
	subject.judged
	verdict.on(found)
	not _yields(found)
	not _found_before(found)
}

# Whether a finding yields to another one that is reported.
_yields(found) if {
	some container in {"", object.get(found.details, "container", "")}
	some other, _ in _others[container]
	verdict.yields(found, other)
}

# The findings that others can yield to, by container ("" for the object): {container: {finding: true}}, with one finding
# for each rule and severity. The object is built once. A partial rule would be evaluated for each container anew, so the
# work would grow with the square of the containers.
_others := object.union_n([{container: {other: true}} | some [container, other] in _yielded])

_yielded contains [object.get(found.details, "container", ""), other] if {
	some found in raw
	found.details.rule in _yielded_to
	not _found_before(found)
	other := {
		"details": object.filter(found.details, ["rule", "severity", "container"]),
		"enabled": object.get(found, "enabled", true),
	}
}

# The rules that findings yield to.
_yielded_to contains id if {
	some found in raw
	some id in found.yieldsTo
}

# What the rules find in the object, before any configuration: a set of {"msg", "details"} and the rule's "enabled" and
# "yieldsTo". With an index only the rules that it names are evaluated. A rule is evaluated for Windows pods, and for
# other objects if its `applies` holds. `graded`, which only templates define, is a rule's findings of one severity.
raw := set() if {
	update.unchanged
} else := {found | some [name, severity] in sets; rules[name].graded[severity][found]} if {
	os.windows
	sets := asked.of_windows
} else := {found | rules[_].finding[found]} if {
	os.windows
} else := {found | some [name, severity] in sets; rules[name].applies; rules[name].graded[severity][found]} if {
	sets := asked.of_others
} else := {found | rules[name].applies; rules[name].graded[_][found]} if {
	asked.indexed
} else := {found | rules[name].applies; rules[name].finding[found]}

# Whether a finding is reported for this object. A warning is not if a controller owns the object, because the
# controller's own template gets the warning.
_reported(found) if found.details.severity == "deny"

_reported(_) if not owner.controlled

# Whether the old object of an UPDATE had the finding, with this severity or a higher one. It can be higher: a rule can
# deny a Node when it is created and warn when it is updated.
_found_before(found) if {
	subject.operation == "UPDATE"
	some severity in _same_or_higher[found.details.severity]
	object.union(update.identity(subject.resource, found), {"severity": severity}) in _old_identities
}

_same_or_higher := {"deny": {"deny"}, "warn": {"warn", "deny"}, "note": {"note", "warn", "deny"}}

_old_identities contains identity if {
	some found in raw with input as subject.old_input
	identity := update.identity(subject.old_resource, found)
}
