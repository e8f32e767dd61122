# METADATA
# title: The distance between kubelet and API server
# description: |
#   A kubelet may be three minor versions older than the API server. It must never be newer. The policy also holds for
#   Windows nodes, which are often updated separately. The rule needs the version of the API server, so it is off until
#   the configuration switches it on.
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
#   remedy: Update the kubelet of the node. If the kubelet is newer, update the control plane.
#   kinds:
#     - apiGroups: ['']
#       kinds: [Node]
#   fields: [status.nodeInfo.kubeletVersion]
#   parameters:
#     apiServerVersion:
#       type: string
#       description: The version of the API server, for example 1.37.2. If it is empty, the rule compares nothing.
#       default: ''
#     maximumSkew:
#       type: integer
#       description: How many minor versions older the kubelet may be.
#       default: 3
package lib.windows.rules.version_skew

import data.lib.windows.nodes
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.versions

applies if nodes.windows

finding contains result.warn(rego.metadata.chain(), {
	"field": "status.nodeInfo.kubeletVersion",
	"says": sprintf("The kubelet is newer than API server %d.%d, which Kubernetes does not support. Update the control plane.", _server),
	"enforcedBy": "advice",
	"because": nodes.because,
}) if {
	nodes.windows
	_kubelet > _server
}

finding contains result.warn(rego.metadata.chain(), {
	"field": "status.nodeInfo.kubeletVersion",
	"says": sprintf("The kubelet is more than %d minor versions older than API server %d.%d and may fail. Update the kubelet.", [
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

# Major and minor version, for example [1, 37]. Undefined if the kubelet or the configuration does not give a version.
_kubelet := versions.minor(nodes.info("kubeletVersion"))

_server := versions.minor(_parameters.apiServerVersion)
