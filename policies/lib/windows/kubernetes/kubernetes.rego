# METADATA
# title: The version of Kubernetes
# description: |
#   The configuration names the version of the cluster. Without it the cluster can have every supported version, and a
#   rule says what all of them do.
package lib.windows.kubernetes

import data.lib.windows.data.kubernetes as known_kubernetes
import data.lib.windows.settings
import data.lib.windows.versions

# The version that the configuration names, as [major, minor]; undefined if there is none.
configured := versions.minor(settings.document.kubernetesVersion)

# Whether every version that the cluster can have is at least this one. version is text, such as "1.36".
all_from(version) if {
	every possible in _possible {
		possible >= versions.minor(version)
	}
}

# Whether a version that the cluster can have is at least this one. version is text, such as "1.36".
some_from(version) if {
	some possible in _possible
	possible >= versions.minor(version)
}

_possible := [configured] if {
	configured
} else := [versions.minor(version) | some version, _ in known_kubernetes.supported]
