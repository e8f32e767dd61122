# METADATA
# title: The findings of all rules
# description: |
#   One order for every door: the gate, the rules, what an UPDATE may judge, the configuration's verdict, and last what
#   a controller's own template already says. A rule is any package below lib.windows.rules that defines `finding`;
#   nothing is registered.
package lib.windows.gather

import data.lib.windows.asked
import data.lib.windows.os
import data.lib.windows.rules
import data.lib.windows.settings
import data.lib.windows.subject
import data.lib.windows.update
import data.lib.windows.verdict

# What is to be reported: {"msg", "details"} as lib.windows.result makes it.
finding contains decided if {
	some found in raw
	_spoken(found)
	count(verdict.exceptions(found)) == 0
	decided := verdict.reported(found)
	_heard(decided)
}

# What an exception keeps from being reported: {"msg", "details", "exceptions": those that cover it}.
excepted contains object.union(decided, {"exceptions": exceptions}) if {
	some found in raw
	_spoken(found)
	exceptions := verdict.exceptions(found)
	count(exceptions) > 0
	decided := verdict.reported(found)
	_heard(decided)
}

# What a rule would have to know and does not: {"msg", "details"}, with "unverified" for a severity. Nothing is denied or
# warned about on that account, so only those who read the whole report are told.
unverified contains {"msg": said.msg, "details": said.details} if {
	os.windows
	subject.judged
	not update.unchanged
	rules[_].unverified[said]
	verdict.on(said)
	count(verdict.exceptions(said)) == 0
	not subject.controlled
}

# The findings of the severities that the Constraint asks for.
violation contains found if {
	some found in finding
	found.details.severity in settings.severities
}

# Whether a finding is said of the object: its rule is on, no other rule says it better and an UPDATE has brought it.
_spoken(found) if {
	subject.judged
	verdict.on(found)
	not _yields(found)
	not _known_before(found)
}

# Whether another finding that is reported says more about the same place.
_yields(found) if {
	some other in raw
	other.details.rule in found.yieldsTo
	verdict.yields(found, other)
	not _known_before(other)
}

# Everything the rules say of the object, as far as an index has it asked. A rule is asked about Windows pods alone, unless
# it defines `applies`. What a template calls `graded` is a rule's findings of one severity.
raw := set() if {
	update.unchanged
} else := {found | some [name, severity] in sets; rules[name].graded[severity][found]} if {
	os.windows
	sets := asked.of_windows
} else := {found | rules[_].finding[found]} if {
	os.windows
} else := {found | some [name, severity] in sets; rules[name].applies; rules[name].graded[severity][found]} if {
	sets := asked.of_others
} else := {found | rules[name].applies; rules[name].finding[found]}

# A warning about a controlled object has been given for its controller.
_heard(found) if found.details.severity == "deny"

_heard(_) if not subject.controlled

# What was as grave before, or graver: a Node is denied where it is created, and warned about where it is updated.
_known_before(found) if {
	subject.operation == "UPDATE"
	some severity in _as_grave[found.details.severity]
	object.union(update.identity(subject.resource, found), {"severity": severity}) in _before
}

_as_grave := {"deny": {"deny"}, "warn": {"warn", "deny"}, "note": {"note", "warn", "deny"}}

_before contains identity if {
	some found in raw with input as subject.replaced
	identity := update.identity(subject.old_resource, found)
}
