# METADATA
# title: The rules that are asked
# description: |
#   A rule that has nothing to say costs nearly as much as one that has. A template brings an index of its rules, made of
#   their METADATA, lib.windows.index, so that most need not be asked: those whose severities the Constraint does not
#   report, and those that need a field which the pod does not set. Where there is no index, as in a bundle beside which
#   a team's own rules may stand, all are asked.
package lib.windows.asked

import data.lib.windows.index
import data.lib.windows.settings
import data.lib.windows.subject

# What to ask of a Windows pod: [the last part of a rule's package, the severity to ask it for, or "all"]. Undefined where
# there is no index.
of_windows := union({sets |
	some severity in settings.severities
	needing := index.needing[severity]
	some sets in ({index.always[severity]} | {needing[field] | some field in (object.keys(needing) & _fields)})
}) | _configured if {
	index.needing
}

# What to ask of any other pod, if the rules apply to it. Undefined where there is no index, and of what is no pod.
of_others := union({index.others[severity] | some severity in settings.severities}) | _configured if {
	index.others
	is_object(subject.pod)
}

# The rules of which the configuration says something, be it another severity or a parameter that makes them demand a
# field, and those that they yield to.
_configured := {set |
	some id, said in settings.rules
	not said.enabled == false
	some set in index.configured[id]
}

# The names of the fields that are set in a pod: in its metadata and spec, its labels and nodeSelector, its volumes, its
# containers and their mounts, and in every securityContext and windowsOptions.
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
	parts := [part | some list in ["initContainers", "containers", "ephemeralContainers"]; some part in pod[list]]
}
