# METADATA
# title: Safe mechanical repairs
# description: |
#   A fix is an array of RFC 6902 operations. All of them are applied, or none. A `test` operation guards every value
#   that a fix removes or replaces. The program that applies a fix creates missing parents. In Gatekeeper every fix is [],
#   because Gatekeeper shows none, and it would take a fifth of the cost of a finding.
package lib.windows.fix

import data.lib.windows.field
import data.lib.windows.subject

# The operations that remove a field: [test, remove]. path is the API server's path of a field that is set.
remove(path) := [] if {
	subject.gatekeeper
} else := [
	{"op": "test", "path": pointer, "value": field.value(subject.resource, path)},
	{"op": "remove", "path": pointer},
] if {
	pointer := field.pointer(path)
}

# The operations that set a field to a value: [test, replace] if the field has a value, [add] if it is null or absent.
set(path, value) := [] if {
	subject.gatekeeper
} else := [
	{"op": "test", "path": pointer, "value": before},
	{"op": "replace", "path": pointer, "value": value},
] if {
	pointer := field.pointer(path)
	before := field.value(subject.resource, path)
	before != null
} else := [{"op": "add", "path": field.pointer(path), "value": value}]

# The operation that appends a value to the list at a path: [add].
append(path, value) := [] if {
	subject.gatekeeper
} else := [{"op": "add", "path": concat("", [field.pointer(path), "/-"]), "value": value}]
