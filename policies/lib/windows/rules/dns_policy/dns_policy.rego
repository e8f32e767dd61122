# METADATA
# title: The DNS policy of pods in the host's network
# description: |
#   ClusterFirstWithHostNet is meant for pods in the network of their node, which a Windows pod is only with HostProcess
#   containers. The documentation does not support it for other Windows pods; the kubelet treats it as ClusterFirst.
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
#   remedy: Remove dnsPolicy or set it to ClusterFirst, which does the same here.
#   needs: [dnsPolicy]
#   fields: [spec.dnsPolicy]
package lib.windows.rules.dns_policy

import data.lib.windows.fix
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), object.union(_fix, {
	"field": _field,
	"says": "only HostProcess pods are in the host's network; use ClusterFirst",
	"enforcedBy": "advice",
})) if {
	subject.pod.dnsPolicy == "ClusterFirstWithHostNet"
	not os.host_process
}

_field := subject.pod_field("dnsPolicy")

# Beside hostNetwork the kubelet takes ClusterFirst for Default: another resolver, which is no safe repair.
_fix := {"fix": fix.set(_field, "ClusterFirst")} if {
	not subject.pod.hostNetwork == true
} else := {}
