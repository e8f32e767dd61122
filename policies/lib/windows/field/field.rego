# METADATA
# title: Paths of fields
# description: |
#   A path is written as in the API server's errors: spec.containers[0].name, metadata.labels[kubernetes.io/os].
package lib.windows.field

# The keys of a path, from the object's root: segments("spec.containers[0].name") is ["spec", "containers", 0, "name"].
segments(path) := [key |
	some part in regex.find_n(`[^.\[\]]+|\[[^\]]*\]`, path, -1)
	key := _key(part)
]

# The JSON Pointer (RFC 6901) of a path: "/metadata/labels/kubernetes.io~1os" for metadata.labels[kubernetes.io/os].
pointer(path) := pointer_of(segments(path))

# The JSON Pointer of keys, as `segments` gives them.
pointer_of(keys) := concat("", [part |
	some key in keys
	part := sprintf("/%v", [_escaped(key)])
])

# The value in an object at a path; null if the object has none there.
value(from, path) := object.get(from, segments(path), null)

_key(part) := to_number(trim(part, "[]")) if {
	regex.match(`^\[\d+\]$`, part)
} else := trim(part, "[]")

_escaped(key) := replace(replace(key, "~", "~0"), "/", "~1") if {
	is_string(key)
} else := key
