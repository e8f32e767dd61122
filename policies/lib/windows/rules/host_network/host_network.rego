# METADATA
# title: hostNetwork outside HostProcess containers
# description: |
#   Only HostProcess containers use the network of their node. For other Windows containers, containerd ignores
#   hostNetwork and gives the pod its own network. The kubelet still reports the node's address as the pod's address.
#   Services and probes then use an address where nothing listens.
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
#     - the pod has the address of its node, but nothing answers there
#   needs: [hostNetwork]
#   fields: [spec.hostNetwork]
package lib.windows.rules.host_network

import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

# The rule host-process requires hostNetwork if any container is a HostProcess container.
finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": "Windows ignores hostNetwork outside HostProcess, but the pod reports its node's address. Remove the field.",
	"enforcedBy": "kubelet",
	"fix": fix.remove(field),
}) if {
	subject.pod.hostNetwork == true
	not os.host_process
	field := subject.pod_field("hostNetwork")
}
