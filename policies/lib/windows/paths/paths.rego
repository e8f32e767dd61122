# METADATA
# title: Paths as Windows reads them
# description: |
#   The API server checks and compares paths as Linux does. On the node the kubelet adds a drive to a path without one,
#   and containerd cleans the path (k8s.io/kubernetes/pkg/volume/util, MakeAbsolutePath; containerd
#   internal/cri/opts/spec_windows_opts.go, parseMount).
package lib.windows.paths

# The path in one spelling, so that paths to the same place compare equal: "/Data//logs/" becomes `c:\data\logs`. The path
# of a pipe or share only becomes lower case. A component `..` stays.
normal(path) := lower(path) if {
	startswith(path, `\\`)
} else := trim_right(regex.replace(concat("", [_drive(path), lower(path)]), `[\\/]+(\.([\\/]+|$))*`, `\`), `\`)

# Whether the path has a component `..` for Windows but not for Linux, because a backslash separates it.
goes_back(path) if regex.match(`\\\.\.([\\/]|$)|(^|[\\/])\.\.\\`, path)

# Whether containerd treats the path as a named pipe.
pipe(path) if startswith(path, `\\.\pipe\`)

# Whether the path is meant as a named pipe, in any spelling: "//./pipe/x", `\\.\PIPE\x`, or with the backslashes that
# YAML's quotes doubled or halved.
like_a_pipe(path) if regex.match(`(?i)^[\\/]+\.[\\/]+pipe[\\/]`, path)

_drive(path) := "" if {
	contains(path, ":")
} else := "c:" if {
	regex.match(`^[\\/]`, path)
} else := `c:\`
