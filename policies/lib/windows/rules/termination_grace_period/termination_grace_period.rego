# METADATA
# title: The time that a Windows container has to stop
# description: |
#   containerd respects terminationGracePeriodSeconds. With Docker, the registry of the image limits the time, by
#   default to five seconds. The rule is off by default. Enable it, and set windowsRuntime, if your nodes run Docker.
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

# The API server sets 30 by default, so that value is not a choice of the author.
finding contains result.warn(rego.metadata.chain(), {
	"field": subject.pod_field("terminationGracePeriodSeconds"),
	"says": "Docker on Windows ignores this field, so the container can stop too early. Run containerd.",
	"enforcedBy": "runtime",
}) if {
	is_number(subject.pod.terminationGracePeriodSeconds)
	subject.pod.terminationGracePeriodSeconds != 30
	_parameters.windowsRuntime == "docker"
}

_parameters := parameters.of(rego.metadata.chain())
