# METADATA
# title: Paths of fields
# description: |
#   A field is named as the API server names it in its errors: spec.containers[0].name, metadata.labels[kubernetes.io/os].
package lib.windows.field

# The keys on the way from the object's root: ["spec", "containers", 0, "name"].
segments(path) := [key |
	some part in regex.find_n(`[^.\[\]]+|\[[^\]]*\]`, path, -1)
	key := _key(part)
]

# The JSON pointer (RFC 6901) of a path: "/metadata/labels/kubernetes.io~1os".
pointer(path) := concat("", [part |
	some key in segments(path)
	part := sprintf("/%v", [_escaped(key)])
])

# What an object holds at a path, null where that is absent.
value(from, path) := object.get(from, segments(path), null)

_key(part) := to_number(trim(part, "[]")) if {
	regex.match(`^\[\d+\]$`, part)
} else := trim(part, "[]")

_escaped(key) := replace(replace(key, "~", "~0"), "/", "~1") if {
	is_string(key)
} else := key
