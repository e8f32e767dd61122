# METADATA
# title: Kubernetes
# description: The releases of Kubernetes that get updates.
package lib.windows.data.kubernetes

# The sources of the entries, with the day on which they were checked.
sources := {"releases": {"url": "https://kubernetes.io/releases/", "asOf": "2026-08-31"}}

# METADATA
# title: Supported versions
# description: A rule that depends on the version says what all of them do, unless the configuration names the version.
supported := {
	"1.35": {"source": "releases"},
	"1.36": {"source": "releases"},
	"1.37": {"source": "releases"},
}
