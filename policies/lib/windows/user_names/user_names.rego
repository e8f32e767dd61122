# METADATA
# title: Names of Windows users
# description: |
#   The grammar of runAsUserName, [DOMAIN\]USER, as the API server checks it. Lengths are in bytes
#   (k8s.io/kubernetes/pkg/apis/core/validation, validateWindowsSecurityContextOptions, v1.37.2).
package lib.windows.user_names

# What is wrong with a name: a set of sentences, empty if the name is valid. Each one stands for an error of the API server.
# Like the API server, the function stops at an empty name, at control characters and at a second backslash.
errors(name) := set() if {
	regex.match(`^[A-Za-z0-9]{1,20}$`, name) # most names
} else := {"the name is empty"} if {
	name == ""
} else := {"the name has control characters"} if {
	regex.match(`[[:cntrl:]]+`, name)
} else := {"the name has more than one backslash"} if {
	count(split(name, `\`)) > 2
} else := _errors_of_domain(name) | _errors_of_user(user(name))

# The user in a name that has at most one backslash: "USER" for "DOMAIN\USER".
user(name) := parts[count(parts) - 1] if {
	parts := split(name, `\`)
}

# The length of a string in bytes, as Go counts it.
bytes(text) := count(hex.encode(text)) / 2

_errors_of_domain(name) := {text |
	contains(name, `\`)
	domain := split(name, `\`)[0]
	some text in (_too_long_a_domain(domain) | _no_domain(domain))
}

_too_long_a_domain(domain) := {"the domain has 256 bytes or more"} if {
	bytes(domain) >= 256
} else := set()

_no_domain(domain) := set() if {
	regex.match(`^[^\\/:\*\?"<>|\.][^\\/:\*\?"<>|]{0,14}$`, domain)
} else := set() if {
	regex.match(_dns_name, domain)
} else := {"the domain is not a NetBIOS or DNS name"}

_dns_name := concat("", ["^", _dns_label, `(?:\.`, _dns_label, ")*$"])

_dns_label := `[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?`

_errors_of_user(user) := (_wrong_length(user) | _dots_and_spaces(user)) | _wrong_characters(user)

_wrong_length(user) := {"the user is empty"} if {
	user == ""
} else := {"the user has more than 104 bytes"} if {
	bytes(user) > 104
} else := set()

_dots_and_spaces(user) := {"the user has only periods and spaces"} if {
	regex.match(`^[\. ]+$`, user)
} else := set()

_wrong_characters(user) := {`the user has one of "/:;|=,+*?<>@[]`} if {
	regex.match(`["/\\:;|=,\+\*\?<>@\[\]]`, user)
} else := set()
