# METADATA
# title: Services in front of Windows pods
# description: |
#   Load balancing works for Windows pods, but Windows limits some options of a Service. Session affinity needs
#   Windows Server 2022 or later and direct server return (DSR). externalTrafficPolicy Local needs DSR too. The
#   timeout of session affinity cannot change. kube-proxy ignores the options that it cannot apply. A Service does not
#   name an OS, so the rule judges it only if its selector finds a Windows workload. The rule searches the objects of
#   the run, or the objects that Gatekeeper replicates.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/services-networking/windows-networking/#load-balancing-and-services
#     description: Networking on Windows, load balancing and Services
#   - ref: https://github.com/kubernetes/kubernetes/blob/v1.37.2/pkg/proxy/winkernel/proxier.go#L1497
#     description: kube-proxy on Windows, session affinity
# custom:
#   id: service-networking
#   category: cluster
#   severities: [warn]
#   enforcedBy: [runtime]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: Remove the option, or run kube-proxy with DSR on Windows Server 2022 or later and set directServerReturn.
#   symptoms:
#     - connections of one client go to different pods
#   kinds:
#     - apiGroups: ['']
#       kinds: [Service]
#   fields: [spec.selector, spec.sessionAffinity, spec.sessionAffinityConfig, spec.externalTrafficPolicy]
#   inventory:
#     - kinds: [pods]
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
	"says": "on Windows only with DSR and from Windows Server 2022 on, or else ignored; use None, or make sure of both",
	"needsReturn": true,
} if {
	_service.spec.sessionAffinity == "ClientIP"
}

_limited contains {
	"field": "spec.externalTrafficPolicy",
	"says": "Local needs DSR on Windows; use Cluster, or run kube-proxy with DSR on the Windows nodes",
	"needsReturn": true,
} if {
	_service.spec.externalTrafficPolicy == "Local"
}

_limited contains {
	"field": "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
	"says": "cannot be set on Windows; remove it, and rely on no time of your own",
	"needsReturn": false,
} if {
	seconds := _service.spec.sessionAffinityConfig.clientIP.timeoutSeconds
	not seconds in {null, _default_seconds}
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
