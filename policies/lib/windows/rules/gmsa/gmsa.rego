# METADATA
# title: Group Managed Service Accounts
# description: |
#   A pod names a GMSACredentialSpec, and the gMSA webhook adds its contents. The API server checks both fields on every
#   pod, whatever its OS is. The webhook rejects contents without a name, and contents that differ from the named
#   resource. A copy of the contents in a workload therefore fails when the resource changes. A HostProcess container
#   runs as an account of the node and does not use a credential spec.
# related_resources:
#   - ref: https://kubernetes.io/docs/tasks/configure-pod-container/configure-gmsa/
#     description: Configure GMSA for Windows Pods and containers
#   - ref: https://github.com/kubernetes-sigs/windows-gmsa/tree/master/admission-webhook
#     description: Windows GMSA Webhook Admission controller
# custom:
#   id: gmsa
#   category: restrictions
#   severities: [deny, warn]
#   enforcedBy: [apiserver, advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Set gmsaCredentialSpecName to the lower-case name of a GMSACredentialSpec, and leave gmsaCredentialSpec to the webhook.
#   symptoms:
#     - gmsaCredentialSpec cannot be an empty string
#     - gmsaCredentialSpec size must be under 64 KiB
#     - a lowercase RFC 1123 subdomain must consist of
#     - the GMSA cred spec contents for … does not match the contents of GMSA resource
#     - has a GMSA cred spec set, but does not define the name of the corresponding resource
#   needs: [gmsaCredentialSpec, gmsaCredentialSpecName]
#   appliesBy: [windowsOptions]
#   fields:
#     - spec.securityContext.windowsOptions.gmsaCredentialSpecName
#     - spec.securityContext.windowsOptions.gmsaCredentialSpec
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.windowsOptions.gmsaCredentialSpecName
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.windowsOptions.gmsaCredentialSpec
package lib.windows.rules.gmsa

import data.lib.windows.containers
import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.subject
import data.lib.windows.user_names

# The API server checks these fields on pods of every OS.
applies if options.anywhere

finding contains result.deny(rego.metadata.chain(), object.union(entry.at, {
	"field": concat(".", [entry.field, "gmsaCredentialSpecName"]),
	"says": `Not a valid GMSACredentialSpec name. Use lower-case letters, digits, "-" and ".".`,
	"enforcedBy": "apiserver",
	"because": "windowsOptions.gmsaCredentialSpecName is set",
})) if {
	some entry in _entries
	name := entry.options.gmsaCredentialSpecName
	is_string(name)
	not regex.match(_subdomain, name)
}

finding contains result.deny(rego.metadata.chain(), object.union(entry.at, {
	"field": concat(".", [entry.field, "gmsaCredentialSpecName"]),
	"says": "The name exceeds 253 characters, so the API server rejects it. Use a shorter name.",
	"enforcedBy": "apiserver",
	"because": "windowsOptions.gmsaCredentialSpecName is set",
})) if {
	some entry in _entries
	name := entry.options.gmsaCredentialSpecName
	is_string(name)
	user_names.bytes(name) > 253
}

finding contains result.deny(rego.metadata.chain(), object.union(entry.at, {
	"field": concat(".", [entry.field, "gmsaCredentialSpec"]),
	"says": "The value is empty, so the API server rejects the pod. Remove the field.",
	"enforcedBy": "apiserver",
	"because": "windowsOptions.gmsaCredentialSpec is set",
})) if {
	some entry in _entries
	entry.options.gmsaCredentialSpec == ""
}

finding contains result.deny(rego.metadata.chain(), object.union(entry.at, {
	"field": concat(".", [entry.field, "gmsaCredentialSpec"]),
	"says": "The API server rejects contents over 64 KiB. Name a GMSACredentialSpec instead.",
	"enforcedBy": "apiserver",
	"because": "windowsOptions.gmsaCredentialSpec is set",
})) if {
	some entry in _entries
	contents := entry.options.gmsaCredentialSpec
	is_string(contents)
	user_names.bytes(contents) > 65536
}

finding contains result.warn(rego.metadata.chain(), object.union(entry.at, {
	"field": concat(".", [entry.field, "gmsaCredentialSpec"]),
	"says": "The gMSA webhook rejects contents without a name. Set gmsaCredentialSpecName.",
	"enforcedBy": "advice",
})) if {
	os.windows
	some entry in _entries
	_contents(entry)
	not _named(entry)
}

# The webhook adds the contents to Pods in the cluster, so contents in a Pod are not a fault.
finding contains result.warn(rego.metadata.chain(), object.union(entry.at, {
	"field": concat(".", [entry.field, "gmsaCredentialSpec"]),
	"says": "This copy fails when the GMSACredentialSpec changes. Leave the contents to the webhook.",
	"enforcedBy": "advice",
})) if {
	os.windows
	subject.resource.kind != "Pod"
	some entry in _entries
	_contents(entry)
	_named(entry)
}

finding contains result.warn(rego.metadata.chain(), object.union(_location(container), {
	"says": "HostProcess containers run as the node, so this has no effect. Remove the field.",
	"enforcedBy": "advice",
})) if {
	os.windows
	some container in options.host_process
}

# Most windowsOptions have no gMSA field, so the other rules read only these entries.
_entries contains entry if {
	some entry in options.entries
	some name in ["gmsaCredentialSpec", "gmsaCredentialSpecName"]
	entry.options[name] != null
}

# The same pattern as IsDNS1123Subdomain of k8s.io/apimachinery/pkg/util/validation.
_subdomain := `^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`

_contents(entry) if {
	is_string(entry.options.gmsaCredentialSpec)
	entry.options.gmsaCredentialSpec != ""
}

_named(entry) if entry.options.gmsaCredentialSpecName != null

# The field that sets the gMSA in force for a container. It is the container's own field or, once for all containers, the
# pod's field. It is undefined if neither sets a gMSA.
_location(container) := {
	"field": containers.field(container, concat(".", ["securityContext.windowsOptions", name])),
	"container": container.name,
} if {
	name := _gmsa_field(options.own(container))
} else := {"field": subject.pod_field(concat(".", ["securityContext.windowsOptions", name]))} if {
	name := _gmsa_field(options.pod)
}

_gmsa_field(windows_options) := "gmsaCredentialSpecName" if {
	windows_options.gmsaCredentialSpecName != null
} else := "gmsaCredentialSpec" if {
	windows_options.gmsaCredentialSpec != null
}
