# METADATA
# title: The findings of winpolicy
# description: |
#   The entry points of the bundle. The input is a manifest, a List, an AdmissionReview, or the array of documents that
#   conftest --combine passes: [{"path", "contents"}].
package winpolicy

import data.lib.windows.config
import data.lib.windows.gather
import data.lib.windows.run

# METADATA
# title: All findings about one object
# description: |
#   {"findings": a set of {"msg", "details"}, "excepted": the findings that an exception covers, with "exceptions",
#   "unverified": what the rules could not verify}. lib.windows.gather defines these sets. The input is one object.
# entrypoint: true
report := {"findings": gather.finding, "excepted": gather.excepted, "unverified": gather.unverified}

# METADATA
# title: Findings with severity deny
# description: |
#   A set of {"msg", "details"}, the form that conftest reads. The API server rejects these objects, or they cannot run.
deny contains found if {
	some found in _findings
	found.details.severity == "deny"
}

# METADATA
# title: Findings with severity warn
# description: |
#   A set of {"msg", "details"}, the form that conftest reads. Windows ignores these fields, or they do harm.
warn contains found if {
	some found in _findings
	found.details.severity == "warn"
}

_findings contains found if {
	not _several
	some found in gather.finding
}

# If the input contains several objects, each finding names its object.
_findings contains {"msg": concat(": ", [name(entry.contents), found.msg]), "details": details} if {
	_several
	some entry in _entries
	some found in gather.finding with input as entry.contents with config as _config_of_run with run as _run
	details := object.union(found.details, {"file": entry.path, "object": name(entry.contents)})
}

_several if is_array(input)

_several if _is_list(input)

# The objects of the run: a set of {"path", "contents"}. Items of a List are objects of their own.
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

_is_list(resource) if {
	endswith(resource.kind, "List")
	is_array(resource.items)
}

# The objects of the run by kind, for rules that compare objects.
_run[kind] := [entry.contents |
	some entry in _entries
	entry.contents.kind == kind
] if {
	some kind in {entry.contents.kind | some entry in _entries}
	is_string(kind)
}

# The configuration with the RuntimeClasses of the run. They replace configured classes of the same name.
_config_of_run := object.union(
	json.remove(_config, [["runtimeClasses", "classes", name] | some name, _ in _classes]),
	{"runtimeClasses": {"classes": _classes}},
)

default _config := {}

_config := config if is_object(config)

# The RuntimeClasses of the run by name. A run can contain two classes with one name, which must not become a conflict of
# this rule. Only one of them counts, and the order of the run does not change which.
_classes[name] := class if {
	some name in {entry.contents.metadata.name | some entry in _entries; _is_class(entry.contents)}
	class := [found |
		some entry in _entries
		_is_class(entry.contents)
		entry.contents.metadata.name == name
		found := object.filter(entry.contents, ["handler", "scheduling"])
	][0]
}

_is_class(resource) if {
	resource.kind == "RuntimeClass"
	is_string(resource.metadata.name)
}

# The kind, namespace and name of an object: "Deployment/shop/web". A part that is missing is left out.
name(resource) := concat("/", [part |
	some part in [resource.kind, _metadata(resource, "namespace"), _metadata(resource, "name")]
	part != ""
])

_metadata(resource, field) := resource.metadata[field] if {
	is_string(resource.metadata[field])
} else := ""
