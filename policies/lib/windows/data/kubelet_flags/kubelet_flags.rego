# METADATA
# title: Flags that the kubelet has lost
# description: |
#   The flags of a kubelet that Kubernetes removed since 1.14. A kubelet does not start with a flag that it does not know.
#   They come from cmd/kubelet/app/options in each release, and klog's flags from logs in k8s.io/component-base.
package lib.windows.data.kubelet_flags

# The sources of the entries, with the day on which they were checked.
sources := {
	"klog": {"url": "https://github.com/kubernetes/component-base/blob/v0.26.0/logs/logs.go", "asOf": "2026-11-29"},
	"kubernetes": {
		"url": "https://github.com/kubernetes/kubernetes/blob/v1.37.2/cmd/kubelet/app/options/options.go",
		"asOf": "2026-11-29",
	},
}

# METADATA
# title: Removed flags of the kubelet
# description: The first version of Kubernetes whose kubelet does not know the flag.
removed := {
	"add-dir-header": {"removed": "1.26", "source": "klog"},
	"allow-privileged": {"removed": "1.15", "source": "kubernetes"},
	"alsologtostderr": {"removed": "1.26", "source": "klog"},
	"azure-container-registry-config": {"removed": "1.30", "source": "kubernetes"},
	"bootstrap-checkpoint-path": {"removed": "1.19", "source": "kubernetes"},
	"chaos-chance": {"removed": "1.22", "source": "kubernetes"},
	"cloud-config": {"removed": "1.34", "source": "kubernetes"},
	"cni-bin-dir": {"removed": "1.24", "source": "kubernetes"},
	"cni-cache-dir": {"removed": "1.24", "source": "kubernetes"},
	"cni-conf-dir": {"removed": "1.24", "source": "kubernetes"},
	"container-runtime": {"removed": "1.27", "source": "kubernetes"},
	"containerized": {"removed": "1.16", "source": "kubernetes"},
	"docker-endpoint": {"removed": "1.24", "source": "kubernetes"},
	"dynamic-config-dir": {"removed": "1.24", "source": "kubernetes"},
	"enable-cadvisor-json-endpoints": {"removed": "1.21", "source": "kubernetes"},
	"experimental-bootstrap-kubeconfig": {"removed": "1.23", "source": "kubernetes"},
	"experimental-check-node-capabilities-before-mount": {"removed": "1.24", "source": "kubernetes"},
	"experimental-dockershim": {"removed": "1.19", "source": "kubernetes"},
	"experimental-dockershim-root-directory": {"removed": "1.24", "source": "kubernetes"},
	"experimental-fail-swap-on": {"removed": "1.14", "source": "kubernetes"},
	"experimental-kernel-memcg-notification": {"removed": "1.25", "source": "kubernetes"},
	"experimental-logging-sanitization": {"removed": "1.22", "source": "kubernetes"},
	"host-ipc-sources": {"removed": "1.15", "source": "kubernetes"},
	"host-network-sources": {"removed": "1.15", "source": "kubernetes"},
	"host-pid-sources": {"removed": "1.15", "source": "kubernetes"},
	"image-pull-progress-deadline": {"removed": "1.24", "source": "kubernetes"},
	"iptables-drop-bit": {"removed": "1.31", "source": "kubernetes"},
	"iptables-masquerade-bit": {"removed": "1.31", "source": "kubernetes"},
	"keep-terminated-pod-volumes": {"removed": "1.31", "source": "kubernetes"},
	"log-backtrace-at": {"removed": "1.26", "source": "klog"},
	"log-dir": {"removed": "1.26", "source": "klog"},
	"log-file": {"removed": "1.26", "source": "klog"},
	"log-file-max-size": {"removed": "1.26", "source": "klog"},
	"logtostderr": {"removed": "1.26", "source": "klog"},
	"master-service-namespace": {"removed": "1.27", "source": "kubernetes"},
	"network-plugin": {"removed": "1.24", "source": "kubernetes"},
	"network-plugin-mtu": {"removed": "1.24", "source": "kubernetes"},
	"non-masquerade-cidr": {"removed": "1.24", "source": "kubernetes"},
	"one-output": {"removed": "1.26", "source": "klog"},
	"pod-infra-container-image": {"removed": "1.35", "source": "kubernetes"},
	"really-crash-for-testing": {"removed": "1.24", "source": "kubernetes"},
	"redirect-container-streaming": {"removed": "1.20", "source": "kubernetes"},
	"register-schedulable": {"removed": "1.34", "source": "kubernetes"},
	"seccomp-profile-root": {"removed": "1.23", "source": "kubernetes"},
	"skip-headers": {"removed": "1.26", "source": "klog"},
	"skip-log-headers": {"removed": "1.26", "source": "klog"},
	"stderrthreshold": {"removed": "1.26", "source": "klog"},
}
