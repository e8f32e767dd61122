# METADATA
# title: Requests for cpu and memory
# description: |
#   Windows has no out-of-memory killer. An overcommitted node pages to disk until everything on it is slow. Requests of
#   all containers prevent this. A limit implies the request, and a request of zero does not count. Ephemeral containers
#   cannot have requests, and HostProcess containers run beside the node's own processes, so the rule skips both.
# related_resources:
#   - ref: https://kubernetes.io/docs/concepts/configuration/windows-resource-management/
#     description: Resource Management for Windows nodes
#   - ref: https://kubernetes.io/docs/concepts/windows/intro/#compatibility-v1-pod-spec-containers
#     description: Field compatibility for container specifications
# custom:
#   id: resource-requests
#   category: restrictions
#   severities: [note]
#   enforcedBy: [advice]
#   profiles: [restricted]
#   since: 0.1.0
#   remedy: Give every container a cpu and a memory request, or a limit, which implies the request.
#   symptoms:
#     - 'The node was low on resource: memory.'
#   fields:
#     - spec.{initContainers,containers}[*].resources.requests
#     - spec.{initContainers,containers}[*].resources.limits
#   parameters:
#     requireMemoryLimit:
#       type: boolean
#       description: Whether every container must also have a memory limit.
#       default: false
#     requestsEqualLimits:
#       type: boolean
#       description: Whether a memory request must equal the memory limit if both are set.
#       default: false
package lib.windows.rules.resource_requests

import data.lib.windows.containers
import data.lib.windows.options
import data.lib.windows.parameters
import data.lib.windows.quantities
import data.lib.windows.result

finding contains result.note(rego.metadata.chain(), {
	"field": containers.field(container, "resources"),
	"container": container.name,
	"says": sprintf("This container can overcommit its node. Set %s.", [concat(" and ", missing)]),
	"enforcedBy": "advice",
}) if {
	some container in containers.of_pod
	container.list != "ephemeralContainers"
	missing := _missing_requests(container.spec) | _missing_by_configuration(container.spec)
	count(missing) > 0
	not container in options.host_process
}

_missing_requests(spec) := {text |
	some name, text in {"cpu": "a cpu request", "memory": "a memory request"}
	not _requested(spec, name)
}

_requested(spec, name) if {
	amount := _request(spec, name)
	not quantities.zero(amount)
}

# The request in force. The limit implies it if no request is written.
_request(spec, name) := spec.resources.requests[name] if {
	spec.resources.requests[name] != null
} else := spec.resources.limits[name] if {
	spec.resources.limits[name] != null
}

_missing_by_configuration(spec) := {"a memory limit"} if {
	_parameters.requireMemoryLimit
	not _limited(spec)
} else := {"a memory request equal to the limit"} if {
	_parameters.requestsEqualLimits
	_limited(spec)
	_requested(spec, "memory")
	not quantities.same(_request(spec, "memory"), spec.resources.limits.memory)
} else := set()

_limited(spec) if {
	spec.resources.limits.memory != null
	not quantities.zero(spec.resources.limits.memory)
}

_parameters := parameters.of(rego.metadata.chain())
