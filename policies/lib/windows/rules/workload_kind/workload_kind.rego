# METADATA
# title: Workload kinds that are documented for Windows
# description: |
#   The documentation names the kinds of workloads that run Windows containers. Other kinds mostly work too, because
#   their pods are ordinary pods, but they are not tested. The rule is off by default.
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
#   remedy: Use a documented kind, or add your kind to supportedKinds.
#   fields: [kind]
#   parameters:
#     supportedKinds:
#       type: array
#       items: {type: string}
#       description: The kinds that may have a Windows pod.
#       default: [CronJob, DaemonSet, Deployment, Job, Pod, ReplicaSet, ReplicationController, StatefulSet]
package lib.windows.rules.workload_kind

import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), {
	"field": "kind",
	"says": "This kind is not documented to run Windows pods, so it can fail. Use a documented kind.",
	"enforcedBy": "advice",
}) if {
	is_object(subject.pod)
	is_string(subject.resource.kind)
	not subject.resource.kind in _parameters.supportedKinds
}

_parameters := parameters.of(rego.metadata.chain())
