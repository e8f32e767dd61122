# METADATA
# title: Valid names of Windows users
# description: |
#   runAsUserName is a user, or a domain, a backslash and a user. The API server checks its grammar and its length in
#   bytes on every pod, whatever its OS is. It accepts users of up to 104 bytes. Accounts of Windows and of Active
#   Directory have names of at most 20 characters, and the documentation sets the same limit.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/#windows-username-limitations
#     description: Windows Username limitations
#   - ref: https://learn.microsoft.com/windows/win32/adschema/a-samaccountname
#     description: SAM-Account-Name attribute
# custom:
#   id: run-as-user-name
#   category: restrictions
#   severities: [deny, note]
#   enforcedBy: [apiserver, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Name a user that exists in the container's image or in its domain, as USER or DOMAIN\USER.
#   symptoms:
#     - runAsUserName cannot be an empty string
#     - runAsUserName cannot contain control characters
#     - runAsUserName cannot contain more than one backslash
#     - 'runAsUserName''s Domain doesn''t match the NetBios nor the DNS format'
#     - 'runAsUserName''s Domain length must be under 256 characters'
#     - 'runAsUserName''s User cannot be empty'
#     - 'runAsUserName''s User cannot contain only periods or spaces'
#     - 'runAsUserName''s User cannot contain the following characters'
#     - 'runAsUserName''s User length must not be longer than 104 characters'
#   needs: [security.unusual]
#   appliesBy: [windowsOptions]
#   fields:
#     - spec.securityContext.windowsOptions.runAsUserName
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.windowsOptions.runAsUserName
package lib.windows.rules.run_as_user_name

import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.user_names

# The API server checks the name on pods of every OS.
applies if options.anywhere

finding contains result.deny(rego.metadata.chain(), object.union(entry.at, {
	"field": concat(".", [entry.field, "runAsUserName"]),
	"says": sprintf("Invalid name: %s. Use USER or DOMAIN\\USER.", [breach]),
	"enforcedBy": "apiserver",
	"because": "windowsOptions.runAsUserName is set",
})) if {
	some entry in options.entries
	name := entry.options.runAsUserName
	is_string(name)
	some breach in user_names.errors(name)
}

finding contains result.note(rego.metadata.chain(), object.union(entry.at, {
	"field": concat(".", [entry.field, "runAsUserName"]),
	"says": "Windows account names have at most 20 characters. Use a shorter name.",
	"enforcedBy": "advice",
})) if {
	os.windows
	count(options.host_process) == 0 # a HostProcess container can name a local group, and groups can have longer names
	some entry in options.entries
	name := entry.options.runAsUserName
	is_string(name)
	user := user_names.user(name)
	count(user) > 20
	user_names.errors(name) == set()
	not lower(user) in _long_names
}

# Every Windows image has this account, although its name is longer.
_long_names := {"containeradministrator"}
