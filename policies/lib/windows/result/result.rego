# METADATA
# title: Findings
# description: |
#   What a rule says, in the one form all doors pass on: {"msg", "details": {"rule", "severity", "field", "because",
#   "enforcedBy"}}, and "container" and "fix" where the rule gives them. The rule's id comes from its METADATA. A rule of a
#   category that is not asked for makes no finding.
package lib.windows.result

import data.lib.windows.os
import data.lib.windows.settings

# What is refused, or cannot run. meta is rego.metadata.chain(); about is {"field": the API server's path, "says": what
# is wrong and what to do, "enforcedBy"}, and where they apply "container": its name, "fix": operations of lib.windows.fix,
# "because": the reason, which is that of the pod's OS unless the rule has another.
deny(meta, about) := _finding(meta, "deny", about)

# What is ignored, or works against the documentation in a way that bites.
warn(meta, about) := _finding(meta, "warn", about)

# Advice that most real manifests would trip over.
note(meta, about) := _finding(meta, "note", about)

# What could not be judged, for want of an object or a fact: "says" names what is missing.
unverified(meta, about) := _finding(meta, "unverified", about)

_finding(meta, severity, about) := object.union(object.filter(custom, ["enabled", "yieldsTo"]), {
	"msg": concat("", [_cut(about.field, _longest_message - count(rest)), rest]),
	"details": object.union(
		{"rule": custom.id, "severity": severity, "because": os.because},
		object.remove(about, ["says"]),
	),
}) if {
	custom := meta[count(meta) - 1].annotations.custom # the package's METADATA is the last of the chain
	_asked_for(custom)
	rest := sprintf(": %s (%s)", [about.says, custom.id])
}

# A team's own rule may have no category, and is always asked for.
_asked_for(custom) if not custom.category

_asked_for(custom) if custom.category in settings.categories

# The API server cuts a warning at 256 characters; the doors put something before the message.
_longest_message := 200

# Keys that a manifest makes up can be of any length: the message then names the beginning, details.field all of it.
_cut(field, length) := field if {
	count(field) <= length
} else := concat("", [substring(field, 0, length - 3), "..."])
