# METADATA
# title: Hyper-V isolation
# description: |
#   Kubernetes documents process isolation for Windows containers and does not support Hyper-V isolation. containerd
#   uses Hyper-V isolation if the handler of a RuntimeClass is configured for it. Such pods are tested little, and
#   they work only on nodes that you set up for them. The old isolation annotation was only for Docker and does
#   nothing since Kubernetes 1.21.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/
#     description: Windows containers in Kubernetes
#   - ref: https://learn.microsoft.com/virtualization/windowscontainers/manage-containers/hyperv-container
#     description: Isolation Modes
# custom:
#   id: hyper-v
#   category: placement
#   severities: [warn]
#   enforcedBy: [runtime, advice]
#   profiles: [baseline, restricted, placement]
#   since: 0.1.0
#   remedy: Use process isolation with the handler runhcs-wcow-process. If your nodes support Hyper-V isolation, switch this rule off.
#   symptoms:
#     - ContainerCreating
#     - FailedCreatePodSandBox
#     - 'no runtime for "runhcs-wcow-hypervisor" is configured'
#   kinds:
#     - apiGroups: ["", apps, batch]
#       kinds: [CronJob, DaemonSet, Deployment, Job, Pod, PodTemplate, ReplicaSet, ReplicationController, StatefulSet]
#     - apiGroups: [node.k8s.io]
#       kinds: [RuntimeClass]
#   needs: [metadata.telling, runtimeClassName]
#   appliesBy: [runtimeClassName]
#   fields: [spec.runtimeClassName, metadata.annotations, handler]
#   parameters:
#     handlers:
#       type: array
#       items: {type: string}
#       description: The handlers that mean Hyper-V isolation; * matches any characters.
#       default: [runhcs-wcow-hypervisor*]
package lib.windows.rules.hyper_v

import data.lib.windows.isolation
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# A RuntimeClass is not a pod, and a class for Hyper-V may be the only sign that a pod is for Windows.
applies if _class_for_hyper_v

applies if _pod_for_hyper_v

finding contains result.warn(rego.metadata.chain(), {
	"field": "handler",
	"says": "Kubernetes does not support Hyper-V isolation, so pods of this class can fail. Use runhcs-wcow-process.",
	"enforcedBy": "advice",
	"because": "the handler is one for Hyper-V isolation",
}) if {
	_class_for_hyper_v
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field("runtimeClassName"),
	"says": "Kubernetes does not support Hyper-V isolation, so this pod can fail. Use a class with runhcs-wcow-process.",
	"enforcedBy": "advice",
	"because": sprintf("RuntimeClass %s has the handler %s", [subject.pod.runtimeClassName, runtime_classes.of_pod.handler]),
}) if {
	_pod_for_hyper_v
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_metadata_field(sprintf("annotations[%s]", [_annotation])),
	"says": "Kubernetes ignores this annotation since 1.21. Remove it and use a RuntimeClass.",
	"enforcedBy": "runtime",
}) if {
	subject.pod_metadata.annotations[_annotation]
}

# Only dockershim read this annotation (k8s.io/kubernetes/pkg/kubelet/dockershim, gate HyperVContainer, 1.10 to 1.20).
_annotation := "experimental.windows.kubernetes.io/isolation-type"

_parameters := parameters.of(rego.metadata.chain())

_class_for_hyper_v if {
	isolation.hyper_v(runtime_classes.judged.handler, _parameters.handlers)
}

_pod_for_hyper_v if {
	subject.pod.runtimeClassName
	isolation.hyper_v(runtime_classes.of_pod.handler, _parameters.handlers)
}
