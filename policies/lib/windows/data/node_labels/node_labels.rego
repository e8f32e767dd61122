# METADATA
# title: Labels of nodes
# description: |
#   The labels that no Windows node has, and the labels of devices. The rules also know the labels that name an OS.
package lib.windows.data.node_labels

# The sources of the entries, with the day on which they were checked.
sources := {
	"aks": {
		"url": "https://learn.microsoft.com/azure/aks/use-system-pools",
		"asOf": "2026-11-29",
	},
	"aks-labels": {
		"url": "https://learn.microsoft.com/azure/aks/use-labels",
		"asOf": "2026-11-29",
	},
	"amd": {
		"url": "https://github.com/ROCm/k8s-device-plugin/tree/master/cmd/k8s-node-labeller",
		"asOf": "2026-11-29",
	},
	"autoscaler": {
		"url": "https://github.com/kubernetes/autoscaler/blob/master/cluster-autoscaler/cloudprovider/aws/README.md",
		"asOf": "2026-11-29",
	},
	"eks": {
		"url": "https://docs.aws.amazon.com/eks/latest/userguide/windows-support.html",
		"asOf": "2026-11-29",
	},
	"eks-auto": {
		"url": "https://docs.aws.amazon.com/eks/latest/best-practices/automode.html",
		"asOf": "2026-11-29",
	},
	"eks-hybrid": {
		"url": "https://docs.aws.amazon.com/eks/latest/userguide/hybrid-nodes-os.html",
		"asOf": "2026-11-29",
	},
	"gke": {
		"url": "https://cloud.google.com/kubernetes-engine/docs/how-to/gpus",
		"asOf": "2026-08-31",
	},
	"gke-sandbox": {
		"url": "https://cloud.google.com/kubernetes-engine/docs/how-to/sandbox-pods",
		"asOf": "2026-11-29",
	},
	"intel": {
		"url": "https://github.com/intel/intel-device-plugins-for-kubernetes",
		"asOf": "2026-11-29",
	},
	"karpenter": {
		"url": "https://karpenter.sh/docs/concepts/scheduling/",
		"asOf": "2026-11-29",
	},
	"kubernetes": {
		"url": "https://kubernetes.io/docs/concepts/windows/intro/",
		"asOf": "2026-08-31",
	},
	"nfd": {
		"url": "https://kubernetes-sigs.github.io/node-feature-discovery/stable/get-started/introduction",
		"asOf": "2026-11-29",
	},
	"nvidia": {
		"url": "https://github.com/NVIDIA/k8s-device-plugin/blob/main/docs/gpu-feature-discovery/README.md",
		"asOf": "2026-11-29",
	},
	"rancher": {
		"url": "https://github.com/rancher/rancher/issues/33625",
		"asOf": "2026-11-29",
	},
	"rke1": {
		"url": "https://github.com/rancher/rke2/issues/653",
		"asOf": "2026-11-29",
	},
	"rke2": {
		"url": "https://docs.rke2.io/install/server_roles",
		"asOf": "2026-11-29",
	},
}

# METADATA
# title: Labels that no Windows node has
# description: |
#   Either label=value, or only the label if no Windows node has it with any value.
linux := {
	"cattle.io/os=linux": {"source": "rancher"},
	"eks.amazonaws.com/compute-type=auto": {"source": "eks-auto"},
	"eks.amazonaws.com/compute-type=fargate": {"source": "eks"},
	"eks.amazonaws.com/compute-type=hybrid": {"source": "eks-hybrid"},
	"kubernetes.azure.com/mode=system": {"source": "aks"},
	"node-role.kubernetes.io/control-plane": {"source": "kubernetes"},
	"node-role.kubernetes.io/controlplane": {"source": "rke1"},
	"node-role.kubernetes.io/etcd": {"source": "rke2"},
	"node-role.kubernetes.io/master": {"source": "kubernetes"},
	"sandbox.gke.io/runtime=gvisor": {"source": "gke-sandbox"},
}

# METADATA
# title: Labels of devices
# description: |
#   The beginning of each label. Such a label narrows the choice of nodes, but a Windows node can have the device.
devices := {
	"amd.com/": {"source": "amd"},
	"beta.amd.com/": {"source": "amd"},
	"cloud.google.com/gke-accelerator": {"source": "gke"},
	"cloud.google.com/gke-gpu": {"source": "gke"},
	"cloud.google.com/gke-tpu": {"source": "gke"},
	"feature.node.kubernetes.io/": {"source": "nfd"},
	"gpu.intel.com/": {"source": "intel"},
	"intel.feature.node.kubernetes.io/": {"source": "intel"},
	"k8s.amazonaws.com/accelerator": {"source": "autoscaler"},
	"karpenter.k8s.aws/instance-accelerator-": {"source": "karpenter"},
	"karpenter.k8s.aws/instance-gpu-": {"source": "karpenter"},
	"kubernetes.azure.com/accelerator": {"source": "aks-labels"},
	"nvidia.com/": {"source": "nvidia"},
}
