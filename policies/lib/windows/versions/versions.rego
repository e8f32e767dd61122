# METADATA
# title: Versions of software
# description: |
#   Nodes report versions with a scheme and a vendor's suffix: containerd://1.7.24+azure, v1.30.4-eks-a737599,
#   docker://25.0.13m2. They are compared as semantic versions (semver.org): 1.10 is newer than 1.9, and 1.6.0-rc.1 is
#   older than 1.6.0. A vendor's suffix is ignored. A value that is not a version is neither older nor newer.
package lib.windows.versions

# Whether the first version is older than the second, both as nodes report them.
older(one, other) if semver.compare(_semantic(one), _semantic(other)) < 0

# The first two numbers of a version: [1, 30] for "v1.30.4"; undefined if the value is not a version.
minor(version) := [to_number(parts[1]), to_number(parts[2])] if parts := _parts(version)

# The scheme of a version: "containerd" for "containerd://1.7.24", "" without a scheme.
scheme(version) := name if {
	[name, _] := split(version, "://")
} else := ""

_semantic(version) := sprintf("%s.%s.%s%s", [parts[1], parts[2], _or_zero(parts[3]), parts[4]]) if parts := _parts(version)

_parts(version) := regex.find_all_string_submatch_n(_grammar, version, 1)[0] if is_string(version)

_grammar := `^(?:[a-z][a-z0-9+.-]*://)?v?(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8}))?(-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:[^0-9.].*)?$`

_or_zero(number) := "0" if {
	number == ""
} else := number
