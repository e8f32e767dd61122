# METADATA
# title: The parameters of a rule
# description: |
#   A rule declares its parameters in its METADATA, with type and default, and asks for all of them at once. What the
#   configuration says stands before the default; a value of the wrong type is ignored.
package lib.windows.parameters

import data.lib.windows.settings

# The values in force for a rule, by name. meta is rego.metadata.chain().
of(meta) := meta[count(meta) - 1].annotations.custom.defaults if {
	settings.rules == {} # the ordinary case, and in a template a quick one
} else := {name: schema["default"] | some name, schema in _custom(meta).parameters} if {
	not given(meta)
} else := {name: _value(custom.id, name, schema) | some name, schema in custom.parameters} if {
	custom := _custom(meta)
}

# Whether the configuration gives the rule any: a cheap question for an `applies` to ask first.
given(meta) if settings.rules[_custom(meta).id].parameters

_custom(meta) := meta[count(meta) - 1].annotations.custom

_value(id, name, schema) := value if {
	value := settings.rules[id].parameters[name]
	_fits(value, schema)
} else := schema["default"]

# Whether a value has the type that the schema names, and so have the items of a list.
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
