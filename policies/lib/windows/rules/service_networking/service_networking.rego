# METADATA
# title: Services in front of Windows pods
# description: |
#   Load balancing works for Windows pods, but Windows limits some options of a Service. Session affinity needs
#   Windows Server 2022 or later and direct server return (DSR). externalTrafficPolicy Local needs DSR too. The
#   timeout of session affinity cannot change. kube-proxy ignores the options that it cannot apply. It also ignores the
#   source ranges of a load balancer, so traffic that enters by a Windows node is not filtered. Windows has no SCTP. A
#   Service does not name an OS, so the rule judges it only if its selector finds a Windows workload. The rule searches
#   the objects of the run, or the objects that Gatekeeper replicates.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/services-networking/windows-networking/#load-balancing-and-services
#     description: Networking on Windows, load balancing and Services
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/proxy/winkernel/proxier.go#L1497
#     description: kube-proxy on Windows, session affinity
#   - ref: https://kubernetes.io/docs/reference/networking/service-protocols/#protocol-sctp
#     description: Protocols for Services, SCTP
# custom:
#   id: service-networking
#   category: cluster
#   severities: [warn]
#   enforcedBy: [runtime]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: Remove the option, or run kube-proxy with DSR on Windows Server 2022 or later and set directServerReturn. Filter sources in the load balancer.
#   symptoms:
#     - connections of one client go to different pods
#     - clients outside loadBalancerSourceRanges reach the pods
#   kinds:
#     - apiGroups: ['']
#       kinds: [Service]
#   fields:
#     - spec.selector
#     - spec.sessionAffinity
#     - spec.sessionAffinityConfig
#     - spec.externalTrafficPolicy
#     - spec.loadBalancerSourceRanges
#     - spec.ports[*].protocol
#   inventory:
#     - kinds: [pods]
#       selectedBy: {kind: Service, selector: spec.selector, labels: metadata.labels}
#       fields:
#         - metadata.labels
#         - spec.os.name
#         - spec.nodeSelector
#         - spec.affinity.nodeAffinity
#         - spec.runtimeClassName
#         - spec.securityContext.windowsOptions.hostProcess
#         - spec.containers[*].securityContext.windowsOptions.hostProcess
#   parameters:
#     directServerReturn:
#       type: boolean
#       description: Whether kube-proxy runs with DSR on all Windows nodes, and all of them run Windows Server 2022 or later.
#       default: false
package lib.windows.rules.service_networking

import data.lib.windows.other_objects
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.subject

applies if count(_limited) > 0

finding contains result.warn(rego.metadata.chain(), {
	"field": limited.field,
	"says": limited.says,
	"enforcedBy": "runtime",
	"because": sprintf("its selector finds %s, for Windows", [_windows_workloads[0]]),
}) if {
	some limited in _limited
	not _supported(limited)
}

# The options that Windows limits: {"field", "says", "needsReturn": whether the option works with DSR}.
_limited contains {
	"field": "spec.sessionAffinity",
	"says": "Windows ignores session affinity without DSR, and before Windows Server 2022. Use None, or run kube-proxy with DSR.",
	"needsReturn": true,
} if {
	_service.spec.sessionAffinity == "ClientIP"
}

_limited contains {
	"field": "spec.externalTrafficPolicy",
	"says": "Windows supports Local only with DSR, and ignores it otherwise. Use Cluster, or run kube-proxy with DSR.",
	"needsReturn": true,
} if {
	_service.spec.externalTrafficPolicy == "Local"
}

_limited contains {
	"field": "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
	"says": "Windows ignores this timeout and uses its own. Remove the field.",
	"needsReturn": false,
} if {
	seconds := _service.spec.sessionAffinityConfig.clientIP.timeoutSeconds
	not seconds in {null, _default_seconds}
}

_limited contains {
	"field": "spec.loadBalancerSourceRanges",
	"says": "kube-proxy on Windows ignores these ranges, so traffic through a Windows node is not filtered. Filter in the load balancer.",
	"needsReturn": false,
} if {
	is_array(_service.spec.loadBalancerSourceRanges)
	count(_service.spec.loadBalancerSourceRanges) > 0
}

_limited contains {
	"field": sprintf("spec.ports[%d].protocol", [index]),
	"says": "Windows nodes do not support SCTP, so clients cannot reach Windows pods through this port. Use TCP or UDP.",
	"needsReturn": false,
} if {
	some index, port in _service.spec.ports
	port.protocol == "SCTP"
}

# The API server sets this timeout if the Service has none (k8s.io/api/core/v1).
_default_seconds := 10800

_supported(limited) if {
	limited.needsReturn
	parameters.of(rego.metadata.chain()).directServerReturn
}

_service := subject.resource if {
	subject.resource.kind == "Service"
	subject.resource.apiVersion == "v1"
}

# The Windows workloads that the selector finds, sorted, so that the finding always names the same one.
_windows_workloads := sort(other_objects.windows_workloads(_namespace, _service.spec.selector))

default _namespace := ""

_namespace := subject.namespace if is_string(subject.namespace)
