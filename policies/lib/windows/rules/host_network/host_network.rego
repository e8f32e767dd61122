# METADATA
# title: The host's network outside HostProcess
# description: |
#   Only a HostProcess container is in the network of its node. For any other Windows container containerd ignores
#   hostNetwork and gives the pod a network of its own, while the kubelet reports the node's address as the pod's:
#   Services and probes then go to a place where nothing listens.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod
#     description: Field compatibility for Pod specifications
# custom:
#   id: host-network
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [kubelet]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Remove hostNetwork, or make all containers HostProcess containers.
#   symptoms:
#     - 'the address of a pod is its node''s, and nothing answers there'
#   needs: [hostNetwork]
#   fields: [spec.hostNetwork]
package lib.windows.rules.host_network

import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

# Of a pod where anything says HostProcess, another rule demands the host's network.
finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": "ignored outside HostProcess, yet the pod reports its node's address; remove it",
	"enforcedBy": "kubelet",
	"fix": fix.remove(field),
}) if {
	subject.pod.hostNetwork == true
	not os.host_process
	field := subject.pod_field("hostNetwork")
}
