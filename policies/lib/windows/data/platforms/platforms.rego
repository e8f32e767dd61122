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
	"aks-2022": {
		"url": "https://github.com/Azure/AKS/releases/tag/2026-06-19",
		"asOf": "2026-11-29",
	},
	"aks-older": {
		"url": "https://github.com/Azure/AKS/releases/tag/2026-05-29",
		"asOf": "2026-11-29",
	},
	"aks-sku": {
		"url": "https://learn.microsoft.com/dotnet/api/azure.provisioning.containerservice.containerserviceossku",
		"asOf": "2026-11-29",
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

# METADATA
# title: Labels of nodes that name a build of Windows
# description: By the value of the label. AKS sets the label os-sku to the OS SKU of the node pool.
node_builds := {
	"Windows2019": {"label": "kubernetes.azure.com/os-sku", "build": "10.0.17763", "source": "aks-sku"},
	"Windows2022": {"label": "kubernetes.azure.com/os-sku", "build": "10.0.20348", "source": "aks-sku"},
	"Windows2025": {"label": "kubernetes.azure.com/os-sku", "build": "10.0.26100", "source": "aks-sku"},
	"WindowsAnnual": {"label": "kubernetes.azure.com/os-sku", "build": "10.0.25398", "source": "aks-older"},
}

# METADATA
# title: Builds of Windows that a platform gives up
# description: |
#   By platform and build: `ends` is the last day of support on the platform, `before` the first version of Kubernetes
#   without the build. A build that is not listed is supported, or nothing is known of it.
build_support := {
	"aks 10.0.17763": {"ends": "2026-03-01", "source": "aks-older"},
	"aks 10.0.20348": {"ends": "2028-06-30", "before": "1.37", "source": "aks-2022"},
	"aks 10.0.25398": {"ends": "2026-05-15", "source": "aks-older"},
}
