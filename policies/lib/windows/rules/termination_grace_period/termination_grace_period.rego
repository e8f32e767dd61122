# METADATA
# title: The time a Windows container has to stop
# description: |
#   With containerd terminationGracePeriodSeconds is honoured. With Docker a Windows container has what the registry of
#   its image allows, five seconds by default. Off unless the configuration enables it and says that the nodes run Docker.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod
#     description: Field compatibility for Pod specifications
# custom:
#   id: termination-grace-period
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [runtime]
#   profiles: []
#   enabled: false
#   since: 0.1.0
#   remedy: Run containerd on the Windows nodes, or set WaitToKillServiceTimeout in the image's registry.
#   fields: [spec.terminationGracePeriodSeconds]
#   parameters:
#     windowsRuntime:
#       type: string
#       enum: [containerd, docker]
#       description: The container runtime of the Windows nodes.
#       default: containerd
package lib.windows.rules.termination_grace_period

import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.subject

# The API server fills in 30, so that value is nobody's wish.
finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field("terminationGracePeriodSeconds"),
	"says": "Docker does not honour it on Windows; run containerd there",
	"enforcedBy": "runtime",
}) if {
	is_number(subject.pod.terminationGracePeriodSeconds)
	subject.pod.terminationGracePeriodSeconds != 30
	_parameters.windowsRuntime == "docker"
}

_parameters := parameters.of(rego.metadata.chain())
