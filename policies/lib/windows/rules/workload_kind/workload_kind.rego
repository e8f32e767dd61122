# METADATA
# title: Workloads that are documented for Windows
# description: |
#   The documentation names the kinds of workloads that run Windows containers. Others mostly work as well, for their
#   pods are ordinary pods, but nobody tests them. Off unless the configuration enables it.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-linux-similarities
#     description: Comparison with Linux
# custom:
#   id: workload-kind
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [advice]
#   profiles: []
#   enabled: false
#   since: 0.1.0
#   remedy: Use one of the documented kinds, or add yours to supportedKinds.
#   fields: [kind]
#   parameters:
#     supportedKinds:
#       type: array
#       items: {type: string}
#       description: The kinds that may carry a Windows pod.
#       default: [CronJob, DaemonSet, Deployment, Job, Pod, ReplicaSet, ReplicationController, StatefulSet]
package lib.windows.rules.workload_kind

import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), {
	"field": "kind",
	"says": "not among the kinds that are documented to run Windows pods; use one of those",
	"enforcedBy": "advice",
}) if {
	is_object(subject.pod)
	is_string(subject.resource.kind)
	not subject.resource.kind in _parameters.supportedKinds
}

_parameters := parameters.of(rego.metadata.chain())
