# METADATA
# title: The container runtime of Windows nodes
# description: |
#   Since Kubernetes 1.26 the kubelet needs a runtime with CRI v1, which containerd has since 1.6. HostProcess containers
#   need 1.6 as well, and Kubernetes recommends 1.7 for them. From Kubernetes 1.38 on, the kubelet asks the runtime for
#   its configuration, which containerd 1.7 cannot tell. On Windows, Docker means the Mirantis Container Runtime, which runs on Windows Server 2019 and later. No
#   other runtime has Windows containers.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#container-runtime
#     description: Container runtimes on Windows
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/create-hostprocess-pod/#before-you-begin
#     description: HostProcess containers, before you begin
#   - ref: https://kubernetes.io/docs/concepts/architecture/cri/
#     description: Container Runtime Interface
# custom:
#   id: node-runtime
#   category: cluster
#   severities: [warn]
#   enforcedBy: [runtime]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: Update the container runtime of the node.
#   symptoms:
#     - FailedCreatePodSandBox
#     - 'validate CRI v1 runtime API for endpoint'
#   kinds:
#     - apiGroups: ['']
#       kinds: [Node]
#   fields: [status.nodeInfo.containerRuntimeVersion, status.nodeInfo.kubeletVersion]
#   parameters:
#     minimumContainerd:
#       type: string
#       description: The oldest accepted version of containerd. With Kubernetes 1.38 or later it is at least 2.0.0.
#       default: 1.6.0
#     minimumMirantis:
#       type: string
#       description: The oldest accepted version of the Mirantis Container Runtime.
#       default: 25.0.0
#     containerdOnly:
#       type: boolean
#       description: Whether the rule reports every other runtime. Docker ignores terminationGracePeriodSeconds.
#       default: false
package lib.windows.rules.node_runtime

import data.lib.windows.kubernetes
import data.lib.windows.nodes
import data.lib.windows.os_labels
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.versions

applies if nodes.windows

finding contains result.warn(rego.metadata.chain(), {
	"field": _field,
	"says": sprintf("This runtime is older than %s, so the kubelet does not register the node or pods fail. Update the runtime.", [_minimum]),
	"enforcedBy": "runtime",
	"because": nodes.because,
}) if {
	nodes.windows
	versions.older(_runtime, _minimum)
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field,
	"says": "This runtime has no Windows containers, so Windows pods do not start on the node. Use containerd.",
	"enforcedBy": "runtime",
	"because": nodes.because,
}) if {
	nodes.windows
	not _scheme in {"", "containerd", "docker"}
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field,
	"says": "Docker ignores terminationGracePeriodSeconds, and the configuration requires containerd. Use containerd.",
	"enforcedBy": "runtime",
	"because": nodes.because,
}) if {
	nodes.windows
	_parameters.containerdOnly
	_scheme == "docker"
}

finding contains result.warn(rego.metadata.chain(), {
	"field": _field,
	"says": sprintf("The Mirantis Container Runtime does not run on Windows older than %s. Update Windows.", [_oldest_build]),
	"enforcedBy": "runtime",
	"because": nodes.because,
}) if {
	nodes.windows
	_scheme == "docker"
	versions.older(_build, _oldest_build)
}

_field := "status.nodeInfo.containerRuntimeVersion"

_parameters := parameters.of(rego.metadata.chain())

# For example containerd://1.7.24.
_runtime := nodes.info("containerRuntimeVersion")

_scheme := versions.scheme(_runtime)

_minimum := "2.0.0" if {
	_scheme == "containerd"
	_from_1_38
	versions.older(_parameters.minimumContainerd, "2.0.0")
} else := _parameters.minimumContainerd if {
	_scheme == "containerd"
} else := _parameters.minimumMirantis if {
	_scheme == "docker"
}

# The kubelet's own version comes first, because a cluster has kubelets of several versions.
_from_1_38 if versions.minor(nodes.info("kubeletVersion")) >= [1, 38]

_from_1_38 if {
	not nodes.info("kubeletVersion")
	kubernetes.all_from("1.38")
}

_build := build if {
	build := nodes.reported_build
} else := nodes.label(os_labels.build)

# Windows Server 2019.
_oldest_build := "10.0.17763"
