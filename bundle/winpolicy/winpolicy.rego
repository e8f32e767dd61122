# METADATA
# title: What winpolicy says of an input
# description: |
#   The entry points of the bundle. The input is a manifest, a List, an AdmissionReview, or what conftest --combine
#   makes of many documents: [{"path", "contents"}].
package winpolicy

import data.lib.windows.config
import data.lib.windows.gather
import data.lib.windows.run

# METADATA
# title: Everything that is found in one object
# description: |
#   {"findings": as lib.windows.gather gives them, "excepted": what an exception keeps back, "unverified": what could not
#   be judged}. The input is one object.
# entrypoint: true
report := {"findings": gather.finding, "excepted": gather.excepted, "unverified": gather.unverified}

# METADATA
# title: What is refused, or cannot run
# description: |
#   A set of {"msg", "details"}, the form that conftest reads.
deny contains answer if {
	some answer in _answers
	answer.details.severity == "deny"
}

# METADATA
# title: What is ignored, or bites
# description: |
#   A set of {"msg", "details"}, the form that conftest reads.
warn contains answer if {
	some answer in _answers
	answer.details.severity == "warn"
}

_answers contains found if {
	not _several
	some found in gather.finding
}

# Of several objects, each finding names its own.
_answers contains {"msg": concat(": ", [_name(entry.contents), found.msg]), "details": details} if {
	_several
	some entry in _entries
	some found in gather.finding with input as entry.contents with config as _config_of_run with run as _run
	details := object.union(found.details, {"file": entry.path, "object": _name(entry.contents)})
}

_several if is_array(input)

_several if _is_list(input)

# The objects of the run as {"path", "contents"}, those in Lists on their own.
_entries contains entry if {
	some entry in _parts
	not _is_list(entry.contents)
}

_entries contains {"path": entry.path, "contents": item} if {
	some entry in _parts
	_is_list(entry.contents)
	some item in entry.contents.items
}

_parts := input if {
	is_array(input)
} else := [{"path": "", "contents": input}]

_is_list(object) if {
	endswith(object.kind, "List")
	is_array(object.items)
}

# The objects of the run by their kind, for the rules that look at more than one.
_run[kind] := [entry.contents |
	some entry in _entries
	entry.contents.kind == kind
] if {
	some kind in {entry.contents.kind | some entry in _entries}
	is_string(kind)
}

# The RuntimeClasses of the run stand beside those of the configuration, and before one of the same name.
_config_of_run := object.union(
	json.remove(_config, [["runtimeClasses", "classes", name] | some name, _ in _classes]),
	{"runtimeClasses": {"classes": _classes}},
)

default _config := {}

_config := config if is_object(config)

# Two classes of one name are a mistake that must not become a conflict: one counts, in any order of the run the same.
_classes[name] := class if {
	some name in {entry.contents.metadata.name | some entry in _entries; _is_class(entry.contents)}
	class := [found |
		some entry in _entries
		_is_class(entry.contents)
		entry.contents.metadata.name == name
		found := object.filter(entry.contents, ["handler", "scheduling"])
	][0]
}

_is_class(object) if {
	object.kind == "RuntimeClass"
	is_string(object.metadata.name)
}

_name(object) := concat("/", [part |
	some part in [object.kind, _metadata(object, "namespace"), _metadata(object, "name")]
	part != ""
])

_metadata(object, field) := object.metadata[field] if {
	is_string(object.metadata[field])
} else := ""
