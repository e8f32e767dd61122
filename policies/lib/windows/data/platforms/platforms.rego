# METADATA
# title: Platforms
# description: What providers do with Windows nodes by default.
package lib.windows.data.platforms

# The sources of the entries, with the day on which they were checked.
sources := {
	"aks": {
		"url": "https://learn.microsoft.com/azure/aks/windows-faq",
		"asOf": "2026-08-31",
	},
	"eks": {
		"url": "https://docs.aws.amazon.com/eks/latest/userguide/windows-support.html",
		"asOf": "2026-08-31",
	},
	"generic": {
		"url": "https://kubernetes.io/docs/concepts/windows/user-guide/#taints-and-tolerations",
		"asOf": "2026-08-31",
	},
	"gke": {
		"url": "https://cloud.google.com/kubernetes-engine/docs/how-to/creating-a-cluster-windows",
		"asOf": "2026-08-31",
	},
	"openshift": {
		"url": "https://github.com/openshift/windows-machine-config-operator/blob/master/pkg/nodeconfig/nodeconfig.go",
		"asOf": "2026-08-31",
	},
	"rke2": {
		"url": "https://docs.rke2.io/install/quickstart#windows-agent-worker-node-installation",
		"asOf": "2026-08-31",
	},
}

# METADATA
# title: Tolerations that a platform adds
# description: |
#   The provider's webhook adds the toleration of `taint` to a pod whose nodeSelector names `label` with `value`. It does
#   not read the affinity or the RuntimeClass.
added_tolerations := {"gke": {
	"label": "kubernetes.io/os",
	"value": "windows",
	"taint": {"key": "node.kubernetes.io/os", "value": "windows", "effect": "NoSchedule"},
	"source": "gke",
}}

# METADATA
# title: The defaults of the platforms
# description: |
#   By the name that `platform` in the configuration takes. `taints` are the taints that the provider puts on its Windows
#   nodes. If a platform sets no taints, the list is empty, and rules about tolerations find nothing until you configure
#   taints.
defaults := {
	"aks": {"taints": [], "source": "aks"},
	"eks": {"taints": [], "source": "eks"},
	"generic": {"taints": [{"key": "os", "value": "windows", "effect": "NoSchedule"}], "source": "generic"},
	"gke": {"taints": [{"key": "node.kubernetes.io/os", "value": "windows", "effect": "NoSchedule"}], "source": "gke"},
	"openshift": {"taints": [{"key": "os", "value": "Windows", "effect": "NoSchedule"}], "source": "openshift"},
	"rke2": {"taints": [], "source": "rke2"},
}
