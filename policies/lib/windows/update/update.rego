# METADATA
# title: What an UPDATE changes
# description: |
#   An UPDATE is judged only by what it changes. Otherwise a deny would block the rollout, scaling, finalizer or label
#   that repairs an object from before these rules.
package lib.windows.update

import data.lib.windows.field
import data.lib.windows.subject

# Whether the UPDATE changes nothing that rules about pods read: PodSpec, pod labels and selector are the same.
unchanged if {
	subject.operation == "UPDATE"
	subject.pod == object.get(subject.old_resource, subject.pod_path, null)
	_labels(subject.resource) == _labels(subject.old_resource)
	_selector(subject.resource) == _selector(subject.old_resource)
}

# What identifies a finding in the old and the new object: {"rule", "severity", "container", "field", "value"}. resource is
# the object that has the finding. An index can change, for example if a patch adds a volume. So the container's name and
# the value identify an item, not its index. A finding about the whole PodSpec has the value null, because the UPDATE
# changes that value anyway.
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
