# METADATA
# title: The mode of kube-proxy on Windows nodes
# description: |
#   On Windows, kube-proxy has only the mode kernelspace, and an empty mode means the same. It does not start with any
#   other mode. A Windows path or a setting of winkernel shows that a file is for Windows. The finding names this
#   evidence. An empty section winkernel is no evidence, because kubeadm writes it for Linux nodes too.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/#kubeproxy-config-k8s-io-v1alpha1-ProxyMode
#     description: kube-proxy configuration, ProxyMode
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/proxy/apis/config/validation/validation.go#L190-L201
#     description: The modes that kube-proxy takes on Windows
# custom:
#   id: kube-proxy-mode
#   category: cluster
#   severities: [deny]
#   enforcedBy: [runtime]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: Set mode to kernelspace, or leave it empty.
#   symptoms:
#     - must be kernelspace or blank
#   kinds:
#     - apiGroups: [kubeproxy.config.k8s.io]
#       kinds: [KubeProxyConfiguration]
#   fields: [mode]
#   parameters:
#     assumeWindows:
#       type: boolean
#       description: Whether the rule treats every file as a file of a Windows node.
#       default: false
package lib.windows.rules.kube_proxy_mode

import data.lib.windows.kubelet_files
import data.lib.windows.parameters
import data.lib.windows.result

applies if kubelet_files.document.kind == "KubeProxyConfiguration"

finding contains result.deny(rego.metadata.chain(), {
	"field": "mode",
	"says": "kube-proxy does not start with this mode on Windows. Use kernelspace, or leave the field empty.",
	"enforcedBy": "runtime",
	"because": _because,
}) if {
	applies
	kubelet_files.document.mode != null
	not kubelet_files.document.mode in {"", "kernelspace"}
}

_because := kubelet_files.because_or(parameters.of(rego.metadata.chain()).assumeWindows)
