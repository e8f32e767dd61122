# METADATA
# title: The distance between kubelet and API server
# description: |
#   A kubelet may be older than the API server by three minor versions, by two before Kubernetes 1.28, and never newer.
#   The policy holds for Windows nodes too, which are often updated on their own. The rule has to be told the version of
#   the API server, so it is off until the configuration switches it on.
# related_resources:
#   - ref: https://kubernetes.io/releases/version-skew-policy/#kubelet
#     description: Version skew policy, kubelet
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#windows-os-version-support
#     description: Windows OS version support
# custom:
#   id: version-skew
#   category: cluster
#   enabled: false
#   severities: [warn]
#   enforcedBy: [advice]
#   profiles: []
#   since: 0.1.0
#   remedy: Update the kubelet of the node, or the control plane before it.
#   kinds:
#     - apiGroups: ['']
#       kinds: [Node]
#   fields: [status.nodeInfo.kubeletVersion]
#   parameters:
#     apiServerVersion:
#       type: string
#       description: The version of the API server, as 1.37.2. Where it is empty nothing is compared.
#       default: ''
#     maximumSkew:
#       type: integer
#       description: How many minor versions the kubelet may be older.
#       default: 3
package lib.windows.rules.version_skew

import data.lib.windows.nodes
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.versions

applies if nodes.windows

finding contains result.warn(rego.metadata.chain(), {
	"field": "status.nodeInfo.kubeletVersion",
	"says": sprintf("newer than the API server's %d.%d, and a kubelet never may be; update the control plane first", _server),
	"enforcedBy": "advice",
	"because": nodes.because,
}) if {
	nodes.windows
	_kubelet > _server
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "status.nodeInfo.kubeletVersion",
	"says": sprintf("more than %d minor versions older than the API server's %d.%d; update the kubelet", [
		_parameters.maximumSkew,
		_server[0],
		_server[1],
	]),
	"enforcedBy": "advice",
	"because": nodes.because,
}) if {
	nodes.windows
	_kubelet[0] == _server[0]
	_server[1] - _kubelet[1] > _parameters.maximumSkew
}

_parameters := parameters.of(rego.metadata.chain())

# Major and minor version, as [1, 37]; undefined where the kubelet does not report it, or the configuration does not say.
_kubelet := versions.minor(nodes.info("kubeletVersion"))

_server := versions.minor(_parameters.apiServerVersion)
