# METADATA
# title: Versions of software
# description: |
#   Nodes report versions with a scheme before them and a vendor's mark behind: containerd://1.7.24+azure, v1.30.4-eks-a737599,
#   docker://25.0.13m2. They are compared as semantic versions (semver.org), so that 1.10 is newer than 1.9 and 1.6.0-rc.1
#   older than 1.6.0; what the vendor adds counts for nothing. What is no version is neither older nor newer.
package lib.windows.versions

# Whether a version comes before another, both as nodes report them.
older(one, other) if semver.compare(_semantic(one), _semantic(other)) < 0

# The first two numbers of a version, [1, 30] for v1.30.4.
minor(version) := [to_number(parts[1]), to_number(parts[2])] if parts := _parts(version)

# What stands before ://, "" where nothing does: containerd for containerd://1.7.24.
scheme(version) := name if {
	[name, _] := split(version, "://")
} else := ""

_semantic(version) := sprintf("%s.%s.%s%s", [parts[1], parts[2], _or_zero(parts[3]), parts[4]]) if parts := _parts(version)

_parts(version) := regex.find_all_string_submatch_n(_grammar, version, 1)[0] if is_string(version)

_grammar := `^(?:[a-z][a-z0-9+.-]*://)?v?(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})(?:\.(0|[1-9]\d{0,8}))?(-[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*)?(?:[^0-9.].*)?$`

_or_zero(number) := "0" if {
	number == ""
} else := number
