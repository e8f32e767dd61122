# METADATA
# title: DNS policy of pods outside the host network
# description: |
#   ClusterFirstWithHostNet is meant for pods in the network of their node. On Windows, only HostProcess pods use that
#   network. The documentation does not support the policy for other Windows pods, and the kubelet treats it as
#   ClusterFirst.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/#pod-s-dns-policy
#     description: Pod's DNS policy
# custom:
#   id: dns-policy
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Remove hostNetwork. Then remove dnsPolicy, or set it to ClusterFirst, which has the same effect.
#   needs: [network.unusual]
#   fields: [spec.dnsPolicy, spec.hostNetwork]
package lib.windows.rules.dns_policy

import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), object.union(_fix, {
	"field": _field,
	"says": _says,
	"enforcedBy": "advice",
})) if {
	subject.pod.dnsPolicy == "ClusterFirstWithHostNet"
	not os.host_process
}

default _says := "Only HostProcess pods use the host network, so this policy acts as ClusterFirst. Use ClusterFirst."

_says := "Only HostProcess pods use the host network. Remove hostNetwork, and then use ClusterFirst." if subject.pod.hostNetwork == true

_field := subject.pod_field("dnsPolicy")

# With hostNetwork true, the kubelet treats ClusterFirst as Default. This changes the resolver, so there is no safe fix.
default _fix := {}

_fix := {"fix": fix.set(_field, "ClusterFirst")} if not subject.pod.hostNetwork == true
