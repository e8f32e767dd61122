# METADATA
# title: API versions of workloads
# description: The API versions of the kinds that carry a pod.
package lib.windows.data.apis

# The sources of the entries, with the day on which they were checked.
sources := {
	"guide": {
		"url": "https://kubernetes.io/docs/reference/using-api/deprecation-guide/",
		"asOf": "2026-08-31",
	},
	"rest": {
		"url": "https://github.com/kubernetes/kubernetes/tree/v1.37.2/pkg/registry",
		"asOf": "2026-11-29",
	},
}

# METADATA
# title: Served versions of workloads
# description: By kind, the only API version that supported versions of Kubernetes serve.
served := {
	"CronJob": {"version": "batch/v1", "source": "rest"},
	"DaemonSet": {"version": "apps/v1", "source": "rest"},
	"Deployment": {"version": "apps/v1", "source": "rest"},
	"Job": {"version": "batch/v1", "source": "rest"},
	"ReplicaSet": {"version": "apps/v1", "source": "rest"},
	"ReplicationController": {"version": "v1", "source": "rest"},
	"StatefulSet": {"version": "apps/v1", "source": "rest"},
}

# METADATA
# title: Removed versions of workloads
# description: The first version of Kubernetes that does not serve the API version.
removed := {
	"apps/v1beta1": {"in": "1.16", "source": "guide"},
	"apps/v1beta2": {"in": "1.16", "source": "guide"},
	"batch/v1beta1": {"in": "1.25", "source": "guide"},
	"batch/v2alpha1": {"in": "1.21", "source": "rest"},
	"extensions/v1beta1": {"in": "1.16", "source": "guide"},
}
