# METADATA
# title: Builds of Windows that the platform supports
# description: |
#   What the provider says of its nodes (lib.windows.data.platforms). A day counts as past if the source was checked on it or
#   later. No rule asks the clock.
package lib.windows.node_support

import data.lib.windows.data.platforms
import data.lib.windows.kubernetes
import data.lib.windows.settings
import data.lib.windows.versions

# Why the configured platform does not support nodes of a build, as a clause; undefined if it does or if nothing is known.
# kubelet is the version of the node's kubelet, or "" if only the configuration can tell the version.
ended(build, kubelet) := sprintf("%s ended its support for Windows %s nodes on %s", [_platform, build, entry.ends]) if {
	entry := _entry(build)
	entry.ends <= platforms.sources[entry.source].asOf
} else := sprintf("%s has no Windows %s nodes with Kubernetes %s or later", [_platform, build, entry.before]) if {
	entry := _entry(build)
	_from(entry.before, kubelet)
}

_entry(build) := platforms.build_support[sprintf("%s %s", [settings.document.platform, build])]

_platform := upper(settings.document.platform)

_from(version, "") if kubernetes.all_from(version)

_from(version, kubelet) if versions.minor(kubelet) >= versions.minor(version)
