# METADATA
# title: Safe mechanical repairs
# description: |
#   A fix is one group of RFC 6902 operations that are applied together or not at all, each removal guarded by a test
#   of the value it removes. Missing parents are created by whoever applies it.
package lib.windows.fix

import data.lib.windows.field
import data.lib.windows.subject

# The operations that remove a field which is set.
remove(path) := [
	{"op": "test", "path": pointer, "value": field.value(subject.resource, path)},
	{"op": "remove", "path": pointer},
] if {
	pointer := field.pointer(path)
}

# The operations that give a field a value, whatever stands there now.
set(path, value) := [
	{"op": "test", "path": pointer, "value": before},
	{"op": "replace", "path": pointer, "value": value},
] if {
	pointer := field.pointer(path)
	before := field.value(subject.resource, path)
	before != null
} else := [{"op": "add", "path": field.pointer(path), "value": value}]

# The operation that appends to a list.
append(path, value) := [{"op": "add", "path": concat("", [field.pointer(path), "/-"]), "value": value}]
