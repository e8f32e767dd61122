# METADATA
# title: What an UPDATE may judge
# description: |
#   Only what the update itself changes. Anything else would block the very rollout, scaling, finalizer or label that
#   repairs an object which was admitted before these rules were.
package lib.windows.update

import data.lib.windows.field
import data.lib.windows.subject

# Whether the update leaves alone all that the rules look at in a pod: its spec, its labels and the selector.
unchanged if {
	subject.operation == "UPDATE"
	subject.pod == object.get(subject.old_resource, subject.pod_path, null)
	_labels(subject.resource) == _labels(subject.old_resource)
	_selector(subject.resource) == _selector(subject.old_resource)
}

# What makes two findings the same, before and after an update: the rule, how grave it is, the place and the value there.
# An index may shift, as of every volume when a patch adds one, so a container goes by its name and any other item by its
# value. A finding about the whole PodSpec has no value of its own.
identity(resource, finding) := {
	"rule": finding.details.rule,
	"severity": finding.details.severity,
	"container": object.get(finding.details, "container", ""),
	"field": regex.replace(finding.details.field, `\[\d+\]`, ""),
	"value": _value(resource, finding.details.field),
}

_value(resource, path) := null if {
	path == subject.pod_spec_field
} else := field.value(resource, path)

_labels(resource) := object.get(resource, array.concat(_metadata_path, ["labels"]), {})

_selector(resource) := object.get(resource, ["spec", "selector"], {})

_metadata_path := array.concat(array.slice(subject.pod_path, 0, count(subject.pod_path) - 1), ["metadata"])
