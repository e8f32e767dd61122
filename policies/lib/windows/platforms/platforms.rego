# METADATA
# title: The defaults of the platforms
# description: |
#   The taints that a provider puts on its Windows nodes. If a platform sets no taints, the list is empty, and rules about
#   tolerations find nothing until you configure taints.
package lib.windows.platforms

# The platforms by name, as `platform` in the configuration: {"taints": [{"key", "value", "effect"}], "source": a URL,
# "asOf": the day of the check}.
known := {
	"aks": {
		"taints": [],
		"source": "https://learn.microsoft.com/azure/aks/windows-faq",
		"asOf": "2026-08-31",
	},
	"eks": {
		"taints": [],
		"source": "https://docs.aws.amazon.com/eks/latest/userguide/windows-support.html",
		"asOf": "2026-08-31",
	},
	"generic": {
		"taints": [{"key": "os", "value": "windows", "effect": "NoSchedule"}],
		"source": "https://kubernetes.io/docs/concepts/windows/user-guide/#taints-and-tolerations",
		"asOf": "2026-08-31",
	},
	"gke": {
		"taints": [{"key": "node.kubernetes.io/os", "value": "windows", "effect": "NoSchedule"}],
		"source": "https://cloud.google.com/kubernetes-engine/docs/how-to/creating-a-cluster-windows",
		"asOf": "2026-08-31",
	},
	"openshift": {
		"taints": [{"key": "os", "value": "Windows", "effect": "NoSchedule"}],
		"source": "https://github.com/openshift/windows-machine-config-operator/blob/master/pkg/nodeconfig/nodeconfig.go",
		"asOf": "2026-08-31",
	},
	"rke2": {
		"taints": [],
		"source": "https://docs.rke2.io/install/quickstart#windows-agent-worker-node-installation",
		"asOf": "2026-08-31",
	},
}
