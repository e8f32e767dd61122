# METADATA
# title: Accounts of Windows nodes
# description: The names of accounts that every node has, and that are not the name of a local group.
package lib.windows.data.accounts

# The sources of the entries, with the day on which they were checked.
sources := {
	"containers": {
		"url": "https://kubernetes.io/docs/tasks/configure-pod-container/configure-runasusername/",
		"asOf": "2026-08-31",
	},
	"hcsshim": {
		"url": "https://github.com/microsoft/hcsshim/blob/v0.15.0/internal/jobcontainers/logon.go",
		"asOf": "2026-11-29",
	},
	"local-accounts": {
		"url": "https://learn.microsoft.com/windows/security/identity-protection/access-control/local-accounts",
		"asOf": "2026-11-29",
	},
	"localsystem": {
		"url": "https://learn.microsoft.com/windows/win32/services/localsystem-account",
		"asOf": "2026-11-29",
	},
	"well-known-sids": {
		"url": "https://learn.microsoft.com/windows/win32/secauthz/well-known-sids",
		"asOf": "2026-11-29",
	},
}

# METADATA
# title: Names that are no local group
# description: |
#   A HostProcess container takes a name without a domain for a local group. With these names, in lower case, the node
#   has no such group. "meant" is the account that the name stands for, if a container can log on as it.
no_group := {
	"administrator": {"source": "local-accounts"},
	"anonymous logon": {"source": "well-known-sids"},
	"authenticated users": {"source": "well-known-sids"},
	"containeradministrator": {"source": "containers"},
	"containeruser": {"source": "containers"},
	"defaultaccount": {"source": "local-accounts"},
	"everyone": {"source": "well-known-sids"},
	"guest": {"source": "local-accounts"},
	"helpassistant": {"source": "local-accounts"},
	"interactive": {"source": "well-known-sids"},
	"local service": {"meant": `NT AUTHORITY\Local Service`, "source": "hcsshim"},
	"local system": {"meant": `NT AUTHORITY\SYSTEM`, "source": "localsystem"},
	"localservice": {"meant": `NT AUTHORITY\LocalService`, "source": "hcsshim"},
	"localsystem": {"meant": `NT AUTHORITY\SYSTEM`, "source": "localsystem"},
	"network service": {"meant": `NT AUTHORITY\Network Service`, "source": "hcsshim"},
	"networkservice": {"meant": `NT AUTHORITY\NetworkService`, "source": "hcsshim"},
	"service": {"source": "well-known-sids"},
	"system": {"meant": `NT AUTHORITY\SYSTEM`, "source": "hcsshim"},
	"wdagutilityaccount": {"source": "local-accounts"},
}

# METADATA
# title: Service accounts
# description: The accounts of a node that a HostProcess container can log on as, in lower case after the domain.
service := {
	`NT AUTHORITY\local service`: {"source": "hcsshim"},
	`NT AUTHORITY\localservice`: {"source": "hcsshim"},
	`NT AUTHORITY\network service`: {"source": "hcsshim"},
	`NT AUTHORITY\networkservice`: {"source": "hcsshim"},
	`NT AUTHORITY\system`: {"source": "hcsshim"},
}
