# METADATA
# title: The versions of Windows that Kubernetes supports
# description: |
#   Kubernetes is tested on the long-term releases of Windows Server that Microsoft supports: 2022 and 2025 today, where
#   older documentation names 2019 and 20H2. A node of another version may work, but nothing says that it does.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#windows-os-version-support
#     description: Windows OS version support
# custom:
#   id: node-os-version
#   category: cluster
#   severities: [warn]
#   enforcedBy: [advice]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: Replace the node by one of a supported version, or list the builds that your provider supports.
#   symptoms:
#     - The container operating system does not match the host operating system.
#     - FailedCreatePodSandBox
#   kinds:
#     - apiGroups: ['']
#       kinds: [Node]
#   fields: [metadata.labels, status.nodeInfo.kernelVersion]
#   parameters:
#     supportedBuilds:
#       type: array
#       items: {type: string}
#       description: The builds that are supported, by major.minor.build.
#       default: [10.0.20348, 10.0.26100]
package lib.windows.rules.node_os_version

import data.lib.windows.nodes
import data.lib.windows.parameters
import data.lib.windows.placement
import data.lib.windows.result

applies if nodes.windows

finding contains result.warn(rego.metadata.chain(), {
	"field": _said.field,
	"says": sprintf("Windows %s is no supported version; replace the node, or declare the build as supported", [_said.build]),
	"enforcedBy": "advice",
	"because": nodes.because,
}) if {
	nodes.windows
	_said
	not _said.build in parameters.of(rego.metadata.chain()).supportedBuilds
}

# The build as the label names it, which says it to pods too, or else as the kubelet reports it.
_said := {"field": sprintf("metadata.labels[%s]", [placement.build_label]), "build": build} if {
	build := nodes.label(placement.build_label)
	regex.match(`^\d{1,5}\.\d{1,5}\.\d{1,9}$`, build)
} else := {"field": "status.nodeInfo.kernelVersion", "build": nodes.reported_build}
