# METADATA
# title: The versions of Windows that Kubernetes supports
# description: |
#   Kubernetes tests the long-term releases of Windows Server that Microsoft supports. Today these are 2022 and 2025;
#   older documentation names 2019 and 20H2. A node of another version may work, but Kubernetes does not test it. A
#   provider can end its support earlier: AKS gave up 2019 in March 2026, and it has no 2022 with Kubernetes 1.37.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#windows-os-version-support
#     description: Windows OS version support
#   - ref: https://github.com/Azure/AKS/releases
#     description: Release notes of AKS
# custom:
#   id: node-os-version
#   category: cluster
#   severities: [warn]
#   enforcedBy: [advice]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: Replace the node with a node of a supported version, or list the builds that your provider supports.
#   symptoms:
#     - The container operating system does not match the host operating system.
#     - The operating system of the container does not match the operating system of the host.
#     - FailedCreatePodSandBox
#   kinds:
#     - apiGroups: ['']
#       kinds: [Node]
#   fields: [metadata.labels, status.nodeInfo.kernelVersion, status.nodeInfo.kubeletVersion]
#   parameters:
#     supportedBuilds:
#       type: array
#       items: {type: string}
#       description: The supported builds, as major.minor.build.
#       default: [10.0.20348, 10.0.26100]
package lib.windows.rules.node_os_version

import data.lib.windows.node_support
import data.lib.windows.nodes
import data.lib.windows.os_labels
import data.lib.windows.parameters
import data.lib.windows.result

applies if nodes.windows

finding contains result.warn(rego.metadata.chain(), {
	"field": _version.field,
	"says": _says,
	"enforcedBy": "advice",
	"because": nodes.because,
}) if {
	nodes.windows
	_version
}

# Builds that the configuration lists are right on every platform.
_says := sprintf("%s. Replace the node.", [node_support.ended(_version.build, _kubelet)]) if {
	not _declared
	node_support.ended(_version.build, _kubelet)
} else := sprintf("Kubernetes does not test nodes of Windows %s. Replace the node, or add the build to supportedBuilds.", [
	_version.build,
]) if {
	not _version.build in _parameters.supportedBuilds
}

_declared if {
	parameters.given(rego.metadata.chain())
	_version.build in _parameters.supportedBuilds
}

_parameters := parameters.of(rego.metadata.chain())

default _kubelet := ""

_kubelet := nodes.info("kubeletVersion")

# The build, and the field that names it. The label comes first, because pods select nodes by it.
_version := {"field": sprintf("metadata.labels[%s]", [os_labels.build]), "build": build} if {
	build := nodes.label(os_labels.build)
	regex.match(`^\d{1,5}\.\d{1,5}\.\d{1,9}$`, build)
} else := {"field": "status.nodeInfo.kernelVersion", "build": nodes.reported_build}
