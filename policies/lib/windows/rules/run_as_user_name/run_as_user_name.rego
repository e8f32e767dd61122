# METADATA
# title: Valid names of Windows users
# description: |
#   runAsUserName is a user, or a domain, a backslash and a user. The API server checks its grammar and its length in
#   bytes on every pod, whatever OS that is for. It takes users of up to 104 bytes, but accounts of Windows and of Active
#   Directory have names of at most 20 characters, which is what the documentation allows.
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
#   remedy: Name a user that the container's image or its domain has, as USER or DOMAIN\USER.
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
#   needs: [runAsUserName]
#   appliesBy: [windowsOptions]
#   fields:
#     - spec.securityContext.windowsOptions.runAsUserName
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.windowsOptions.runAsUserName
package lib.windows.rules.run_as_user_name

import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.user_names

# The API server checks the name whatever the OS.
applies if options.anywhere

finding contains result.deny(rego.metadata.chain(), object.union(entry.said, {
	"field": concat(".", [entry.field, "runAsUserName"]),
	"says": sprintf("%s; write it as USER or DOMAIN\\USER", [breach]),
	"enforcedBy": "apiserver",
	"because": "windowsOptions.runAsUserName is set",
})) if {
	some entry in options.all
	name := entry.options.runAsUserName
	is_string(name)
	some breach in user_names.breaches(name)
}

finding contains result.note(rego.metadata.chain(), object.union(entry.said, {
	"field": concat(".", [entry.field, "runAsUserName"]),
	"says": "Windows accounts have names of at most 20 characters; use a shorter one",
	"enforcedBy": "advice",
})) if {
	some entry in options.all
	name := entry.options.runAsUserName
	is_string(name)
	os.windows
	user := user_names.user(name)
	count(user) > 20
	user_names.breaches(name) == set()
	not lower(user) in _known_to_be_longer
	count(options.host_process) == 0
}

# The account that every Windows image has. HostProcess containers may name a local group, which can be longer too.
_known_to_be_longer := {"containeradministrator"}
