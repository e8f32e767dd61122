# METADATA
# title: Hyper-V isolation
# description: |
#   Kubernetes documents Windows containers with process isolation and says that Hyper-V isolation is not supported.
#   containerd runs it for a RuntimeClass whose handler is one for it; such pods are tested little, and work where the
#   node was set up for them. The annotation of old was for Docker alone and does nothing since Kubernetes 1.21.
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
#   remedy: Use process isolation, the handler runhcs-wcow-process; switch this rule off where the nodes are made for Hyper-V.
#   symptoms:
#     - ContainerCreating
#     - FailedCreatePodSandBox
#     - 'no runtime for "runhcs-wcow-hypervisor" is configured'
#   kinds:
#     - apiGroups: ["", apps, batch]
#       kinds: [CronJob, DaemonSet, Deployment, Job, Pod, PodTemplate, ReplicaSet, ReplicationController, StatefulSet]
#     - apiGroups: [node.k8s.io]
#       kinds: [RuntimeClass]
#   needs: [annotations, runtimeClassName]
#   appliesBy: [runtimeClassName]
#   fields: [spec.runtimeClassName, metadata.annotations, handler]
#   parameters:
#     handlers:
#       type: array
#       items: {type: string}
#       description: The handlers that mean Hyper-V isolation; * stands for any characters.
#       default: [runhcs-wcow-hypervisor*]
package lib.windows.rules.hyper_v

import data.lib.windows.isolation
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.runtime_classes
import data.lib.windows.subject

# A RuntimeClass is no pod, and one for Hyper-V may be all that shows a pod to be for Windows.
applies if _class_for_hyper_v

applies if _pod_for_hyper_v

finding contains result.warn(rego.metadata.chain(), {
	"field": "handler",
	"says": "Kubernetes does not support Hyper-V isolation; use runhcs-wcow-process",
	"enforcedBy": "advice",
	"because": "the handler is one for Hyper-V isolation",
}) if {
	_class_for_hyper_v
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field("runtimeClassName"),
	"says": "Kubernetes does not support its Hyper-V isolation; use a class with runhcs-wcow-process",
	"enforcedBy": "advice",
	"because": sprintf("RuntimeClass %s has the handler %s", [subject.pod.runtimeClassName, runtime_classes.of_pod.handler]),
}) if {
	_pod_for_hyper_v
}

finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_metadata_field(sprintf("annotations[%s]", [_annotation])),
	"says": "ignored since Kubernetes 1.21; remove it, the handler of a RuntimeClass decides",
	"enforcedBy": "runtime",
}) if {
	subject.pod_metadata.annotations[_annotation]
}

# What dockershim went by, as an experiment (k8s.io/kubernetes/pkg/kubelet/dockershim, gate HyperVContainer, 1.10 to 1.20).
_annotation := "experimental.windows.kubernetes.io/isolation-type"

_parameters := parameters.of(rego.metadata.chain())

_class_for_hyper_v if {
	isolation.hyper_v(runtime_classes.judged.handler, _parameters.handlers)
}

_pod_for_hyper_v if {
	subject.pod.runtimeClassName
	isolation.hyper_v(runtime_classes.of_pod.handler, _parameters.handlers)
}
