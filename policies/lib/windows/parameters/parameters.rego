# METADATA
# title: The parameters of a rule
# description: |
#   A rule declares its parameters in its METADATA, with type and default, and reads all of them at once. A value of the
#   configuration overrides the default. A value of the wrong type is ignored.
package lib.windows.parameters

import data.lib.windows.settings

# The effective parameters of a rule: an object, name to value. meta is rego.metadata.chain().
of(meta) := meta[count(meta) - 1].annotations.custom.defaults if {
	settings.rules == {} # the usual case; templates have `defaults` in the METADATA, so that it is quick
} else := {name: _default(custom, name) | some name, _ in custom.parameters} if {
	not given(meta)
	custom := _custom(meta)
} else := {name: _value(custom, name, schema) | some name, schema in custom.parameters} if {
	custom := _custom(meta)
}

# Whether the configuration sets parameters of the rule: a cheap test for a rule's `applies`.
given(meta) if settings.rules[_custom(meta).id].parameters

_custom(meta) := meta[count(meta) - 1].annotations.custom

_value(custom, name, schema) := value if {
	value := settings.rules[custom.id].parameters[name]
	_fits(value, schema)
} else := _default(custom, name)

# The default of a parameter. In a template it stands in `defaults`, so that it stands there once.
_default(custom, name) := custom.defaults[name] if {
	custom.defaults
} else := custom.parameters[name]["default"]

# Whether a value, and each item if it is a list, has the type that the schema names.
_fits(value, schema) if {
	_types[schema.type] == type_name(value)
	not _has_misfit(value, schema)
}

_has_misfit(value, schema) if {
	some item in value
	type_name(item) != _types[schema.items.type]
}

_types := {
	"array": "array",
	"boolean": "boolean",
	"integer": "number",
	"number": "number",
	"object": "object",
	"string": "string",
}
