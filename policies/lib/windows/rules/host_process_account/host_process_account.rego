# METADATA
# title: The account of a HostProcess container
# description: |
#   A HostProcess container runs as a service account of the node, or as a new user in a local group of the node. The
#   runtime first looks for a local group with the name. If there is none, it logs on as a user without a password, which
#   works only for the service accounts. It then needs the domain NT AUTHORITY in capitals. The API server and the
#   kubelet do not check the account, so the container fails when it starts.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/#choosing-a-user-account
#     description: Choosing a user account
#   - ref: https://github.com/microsoft/hcsshim/blob/v0.15.0/internal/jobcontainers/logon.go
#     description: How hcsshim logs on
# custom:
#   id: host-process-account
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [runtime, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Set runAsUserName to NT AUTHORITY\SYSTEM, NT AUTHORITY\LocalService, NT AUTHORITY\NetworkService or a local group of the node.
#   symptoms:
#     - empty username or group name passed
#     - failed to logon user
#   needs: [hostProcess]
#   appliesBy: [windowsOptions]
#   fields:
#     - spec.securityContext.windowsOptions.{hostProcess,runAsUserName}
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.windowsOptions.{hostProcess,runAsUserName}
#   parameters:
#     accounts:
#       type: array
#       items: {type: string}
#       description: Accounts that a HostProcess container may run as. A name without a domain is a local group, which is allowed if nodes can have that group.
#       default: ['NT AUTHORITY\SYSTEM', 'NT AUTHORITY\LocalService', 'NT AUTHORITY\Local Service', 'NT AUTHORITY\NetworkService', 'NT AUTHORITY\Network Service']
package lib.windows.rules.host_process_account

import data.lib.windows.data.accounts
import data.lib.windows.fix
import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.parameters
import data.lib.windows.result

# HostProcess containers need an account whatever spec.os.name is.
applies if os.host_process

finding contains result.warn(rego.metadata.chain(), object.union_n([
	{"enforcedBy": "runtime", "because": "windowsOptions.hostProcess is true"},
	place,
	_fault(user, place.field),
])) if {
	some container in options.host_process
	user := options.value(container, "runAsUserName")
	not _known(user)
	place := options.set_at(container, "windowsOptions.runAsUserName")
}

# What is wrong with an account, and the fix if another spelling is meant. Without an account, the runtime reports "empty
# username or group name passed".
_fault(user, field) := {
	"says": sprintf("The container fails to log on. Write %s.", [_meant(user)]),
	"fix": fix.set(field, _meant(user)),
} if {
	_meant(user)
} else := {
	"says": "The configuration does not allow this account. Use one that it allows.",
	"enforcedBy": "advice",
} if {
	[domain, name] := split(user, `\`)
	accounts.service[concat(`\`, [domain, lower(name)])]
} else := {"says": `The container fails to log on. Set NT AUTHORITY\SYSTEM or a local group.`}

# Whether the container may run as the user: a local group or one of the accounts.
_known(user) if {
	is_string(user)
	user != ""
	not contains(user, `\`)
	not accounts.no_group[lower(user)]
}

_known(user) if {
	some account in _accounts
	parts := split(account, `\`)
	given := split(user, `\`)
	count(parts) == count(given)
	array.slice(parts, 0, count(parts) - 1) == array.slice(given, 0, count(given) - 1)
	lower(parts[count(parts) - 1]) == lower(given[count(given) - 1])
}

# The account that an unknown name stands for; undefined if the name has no counterpart among the accounts.
_meant(user) := meant if {
	meant := accounts.no_group[lower(user)].meant
	_known(meant)
} else := meant if {
	same := {account | some account in _accounts; lower(account) == lower(user)}
	meant := max(same)
}

_accounts := parameters.of(rego.metadata.chain()).accounts
