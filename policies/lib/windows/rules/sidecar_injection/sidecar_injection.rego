# METADATA
# title: Injections that exist only for Linux
# description: |
#   Service meshes, secret stores and tracers have webhooks that add containers to a pod. A label or an annotation of the
#   pod asks for them. Most of these containers exist only for Linux, and the webhooks do not look at the OS of the pod. A
#   Windows node cannot pull such an image, so the pod never starts. A label of the namespace can ask for an injection
#   too, which the rule does not see. Linkerd has a proxy for Windows, which an annotation of the pod must name.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/windows/user-guide/#ensuring-os-specific-workloads-land-on-the-appropriate-container-host
#     description: Ensuring OS-specific workloads land on the appropriate container host
#   - ref: https://docs.buoyant.io/buoyant-enterprise-linkerd/latest/features/windows-containers
#     description: Linkerd's proxy for Windows
# custom:
#   id: sidecar-injection
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [runtime]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Turn the injection off for the pod, or use an injection that has images for Windows.
#   symptoms:
#     - ErrImagePull
#     - Init:ImagePullBackOff
#     - no match for platform in manifest
#   needs: [metadata.telling]
#   fields: [metadata.labels, metadata.annotations]
#   parameters:
#     allowed:
#       type: array
#       items: {type: string}
#       description: The labels and annotations whose injection has images for Windows in your cluster.
#       default: []
package lib.windows.rules.sidecar_injection

import data.lib.windows.data.injections
import data.lib.windows.fix
import data.lib.windows.isolation
import data.lib.windows.parameters
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.warn(rego.metadata.chain(), {
	"field": field,
	"says": sprintf("%s injects only Linux containers, so the pod does not start. %s", [request.by, _remedy(place, request)]),
	"enforcedBy": "runtime",
	"fix": _fix(field, request),
}) if {
	not isolation.linux_containers
	some place in ["labels", "annotations"]
	some key, value in subject.pod_metadata[place]
	request := injections.requests[key]
	_has(value, request.values)
	not key in _parameters.allowed
	not _exempt(request)
	field := subject.pod_metadata_field(sprintf("%s[%s]", [place, key]))
}

_parameters := parameters.of(rego.metadata.chain())

# Whether a label or annotation has one of the values; [] means any value.
_has(value, []) if value != null

_has(value, values) if lower(sprintf("%v", [value])) in values

_exempt(request) if {
	some place in ["labels", "annotations"]
	some key, values in request.unless
	_has(subject.pod_metadata[place][key], values)
}

_exempt(request) if subject.pod[request.skips] == true

_remedy(place, request) := sprintf("Set the %s to %s.", [trim_suffix(place, "s"), request.off]) if {
	request.off
} else := sprintf("Remove the %s.", [trim_suffix(place, "s")])

_fix(field, request) := fix.set(field, request.off) if {
	request.off
} else := fix.remove(field)
