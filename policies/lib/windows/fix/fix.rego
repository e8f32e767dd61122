# METADATA
# title: Safe mechanical repairs
# description: |
#   A fix is an array of RFC 6902 operations. All of them are applied, or none, and any implementation can apply them with
#   its default options. A `test` operation guards every value that a fix removes, replaces or renames, and every list that
#   it extends. A missing parent is added whole. Two fixes can add the same parent, so judge the object anew before you
#   apply another one. Where the object has a value of the wrong type on the way, a fix is []. In Gatekeeper every fix is
#   [], because Gatekeeper shows none, and it would take a fifth of the cost of a finding.
package lib.windows.fix

import data.lib.windows.field
import data.lib.windows.subject

# The operations that remove a field: [test, remove]. path is the API server's path of a field that is set. A parent that
# would be empty goes with the field, where an empty parent means nothing.
remove(path) := [] if {
	subject.gatekeeper
} else := _removed(_with_lone_parents(field.segments(path)))

# The operations that remove some fields together. paths is a set of paths as `remove` takes.
remove_all(paths) := [] if {
	subject.gatekeeper
} else := [operation |
	some keys in _highest(_with_parents(_with_parents({field.segments(path) | some path in paths})))
	some operation in _removed(keys)
]

# The operations that set a field to a value: [test, replace] if the field or a parent exists and is null, or if the field
# has a value, and [add] if the field or a parent is missing.
set(path, value) := [] if {
	subject.gatekeeper
} else := _over(path, value) if {
	field.value(subject.resource, path) != null
} else := _under(array.slice(keys, 0, depth + 1), array.slice(keys, depth + 1, count(keys)), value) if {
	keys := field.segments(path)
	depth := min({index | some index, _ in keys; object.get(subject.resource, array.slice(keys, 0, index + 1), null) == null})
	is_object(object.get(subject.resource, array.slice(keys, 0, depth), {}))
} else := []

# The operations that append a value to the list at a path: [test, add]. If there is no list, they make one.
append(path, value) := [] if {
	subject.gatekeeper
} else := [
	{"op": "test", "path": pointer, "value": list},
	{"op": "add", "path": concat("", [pointer, "/-"]), "value": value},
] if {
	pointer := field.pointer(path)
	list := field.value(subject.resource, path)
	is_array(list)
} else := set(path, [value]) if {
	field.value(subject.resource, path) == null
} else := []

# The operations that give a key of a map another name: [test, move]. path is that of a key that is set, and to is that of
# the new key in the same map. A new key that is null goes first.
rename(path, to) := [] if {
	subject.gatekeeper
} else := array.concat(_removed_null(to), [
	{"op": "test", "path": pointer, "value": field.value(subject.resource, path)},
	{"op": "move", "from": pointer, "path": field.pointer(to)},
]) if {
	pointer := field.pointer(path)
}

_over(path, value) := [
	{"op": "test", "path": pointer, "value": field.value(subject.resource, path)},
	{"op": "replace", "path": pointer, "value": value},
] if {
	pointer := field.pointer(path)
}

# The operations that set the first key that is missing or null, with what belongs below it.
_under(keys, below, value) := [
	{"op": "test", "path": pointer, "value": null},
	{"op": "replace", "path": pointer, "value": _nested(below, value)},
] if {
	_null(keys)
	pointer := field.pointer_of(keys)
} else := [{"op": "add", "path": field.pointer_of(keys), "value": _nested(below, value)}]

# Whether the object has a key and its value is null.
_null(keys) if {
	object.get(subject.resource, keys, 0) == null
}

_removed_null(path) := [{"op": "test", "path": pointer, "value": null}, {"op": "remove", "path": pointer}] if {
	_null(field.segments(path))
	pointer := field.pointer(path)
} else := []

# A value below some keys: _nested(["a", "b"], 1) is {"a": {"b": 1}}.
_nested([], value) := value

_nested(keys, value) := json.patch({}, array.concat(
	[{"op": "add", "path": array.slice(keys, 0, index), "value": {}} | some index, _ in keys; index > 0],
	[{"op": "add", "path": keys, "value": value}],
)) if {
	count(keys) > 0
}

_removed(keys) := [
	{"op": "test", "path": pointer, "value": object.get(subject.resource, keys, null)},
	{"op": "remove", "path": pointer},
] if {
	pointer := field.pointer_of(keys)
}

# The keys of a field, or of the parent or grandparent that has nothing else.
_with_lone_parents(keys) := grandparent if {
	parent := array.slice(keys, 0, count(keys) - 1)
	_lone(parent)
	grandparent := array.slice(keys, 0, count(keys) - 2)
	_lone(grandparent)
} else := parent if {
	parent := array.slice(keys, 0, count(keys) - 1)
	_lone(parent)
} else := keys

# Whether a map has one entry and means nothing without it.
_lone(keys) if {
	keys[count(keys) - 1] in _means_nothing
	count(object.get(subject.resource, keys, {})) == 1
}

# The keys of fields that go, and those of the parents that they leave empty.
_with_parents(gone) := gone | {parent |
	some keys in gone
	parent := array.slice(keys, 0, count(keys) - 1)
	parent[count(parent) - 1] in _means_nothing
	every key, _ in object.get(subject.resource, parent, {}) {
		array.concat(parent, [key]) in gone
	}
}

# Those of some keys that are not below others of them.
_highest(gone) := [keys | some keys in gone; not _below(keys, gone)]

_below(keys, gone) if {
	some index, _ in keys
	index > 0
	array.slice(keys, 0, index) in gone
}

# The maps that Kubernetes reads as missing if they are empty. An empty emptyDir, for example, is still a volume.
_means_nothing := {
	"annotations",
	"featureGates",
	"labels",
	"lifecycle",
	"limits",
	"nodeSelector",
	"overhead",
	"requests",
	"resources",
	"securityContext",
	"windowsOptions",
}
