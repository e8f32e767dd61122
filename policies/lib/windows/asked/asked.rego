# METADATA
# title: The rules to evaluate for an object
# description: |
#   A rule that finds nothing costs nearly as much as a rule that finds something. A template therefore contains an
#   index of its rules, lib.windows.index, which is generated from their METADATA. The index tells which rules to skip:
#   those whose severities the Constraint does not report, and those that need a field or a fact which the pod does not have.
#   A bundle has no index, because a team can load its own rules beside it. Then every rule is evaluated.
package lib.windows.asked

import data.lib.windows.containers
import data.lib.windows.facts
import data.lib.windows.index
import data.lib.windows.settings
import data.lib.windows.subject

# The rules to evaluate for a Windows pod: a set of [the last part of the rule's package, the severity to evaluate].
# The set "rest" has the findings whose severity the rule decides while it is evaluated. Undefined if there is no index.
of_windows := union({sets |
	some severity in settings.severities
	needing := index.needing[severity]
	some sets in ({index.always[severity]} | {needing[field] | some field in (object.keys(needing) & (_fields | facts.found))})
}) | _configured if {
	index.needing
}

# The rules to evaluate for any other pod, in the same form; the caller also tests the rule's `applies`. Undefined if
# there is no index or the object has no pod.
of_others := union({index.others[severity] | some severity in settings.severities}) | _configured if {
	index.others
	is_object(subject.pod)
}

# Whether there is an index.
indexed if index.needing

# The rules that the configuration mentions, and the rules that they yield to. They are always evaluated, because the
# configuration can give a rule another severity or make it require a field.
_configured contains set if {
	some id, setting in settings.rules
	not setting.enabled == false
	some set in index.configured[id]
}

# The names of the fields that are set in the pod: in metadata and spec, labels, nodeSelector and volumes, in containers
# and their volumeMounts, and in every securityContext and windowsOptions.
_fields := union({
	object.keys(pod),
	{name | some name, _ in metadata},
	{name | some name, _ in metadata.labels},
	{name | some name, _ in pod.nodeSelector},
	{name | some name, _ in pod.securityContext},
	{name | some name, _ in pod.securityContext.windowsOptions},
	{name | some name, _ in pod.volumes[_]},
	{name | some name, _ in parts[_]},
	{name | some name, _ in parts[_].securityContext},
	{name | some name, _ in parts[_].securityContext.windowsOptions},
	{name | some name, _ in parts[_].volumeMounts[_]},
}) if {
	pod := subject.pod
	metadata := subject.pod_metadata
	parts := [part | some list in containers.lists; some part in pod[list]]
}
