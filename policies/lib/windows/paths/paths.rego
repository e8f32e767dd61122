# METADATA
# title: Paths as Windows takes them
# description: |
#   The API server compares and checks paths as Linux does. On the node the kubelet puts a drive before what has none,
#   and containerd cleans the rest (k8s.io/kubernetes/pkg/volume/util, MakeAbsolutePath; containerd
#   internal/cri/opts/spec_windows_opts.go, parseMount).
package lib.windows.paths

# One spelling for all that are the same place in a container: "/Data//logs/" is `c:\data\logs`. Pipes and shares are
# left as they are, but for their case. What goes back, `..`, stays.
normal(path) := lower(path) if {
	startswith(path, `\\`)
} else := trim_right(regex.replace(concat("", [_drive(path), lower(path)]), `[\\/]+(\.([\\/]+|$))*`, `\`), `\`)

# Whether the path has a component `..` that only Windows sees: Linux takes no backslash for a separator.
goes_back(path) if regex.match(`\\\.\.([\\/]|$)|(^|[\\/])\.\.\\`, path)

# Whether containerd takes the path for a named pipe.
pipe(path) if startswith(path, `\\.\pipe\`)

# Whether the path is meant for a named pipe, in any spelling: "//./pipe/x", `\\.\PIPE\x`, or with backslashes doubled
# or halved by YAML's quotes.
like_a_pipe(path) if regex.match(`(?i)^[\\/]+\.[\\/]+pipe[\\/]`, path)

_drive(path) := "" if {
	contains(path, ":")
} else := "c:" if {
	regex.match(`^[\\/]`, path)
} else := `c:\`
