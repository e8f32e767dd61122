# METADATA
# title: Group Managed Service Accounts
# description: |
#   A pod names a GMSACredentialSpec, and the gMSA webhook fills in its contents. The API server checks both fields on
#   every pod, whatever OS that is for. The webhook refuses contents without a name, and a name whose contents are not
#   those written beside it: a copy in a workload fails with the next change of the resource. A HostProcess container
#   runs as an account of the node, with no credential spec.
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
#   remedy: Name a GMSACredentialSpec in gmsaCredentialSpecName, in lower case, and leave gmsaCredentialSpec to the webhook.
#   symptoms:
#     - gmsaCredentialSpec cannot be an empty string
#     - gmsaCredentialSpec size must be under 64 KiB
#     - a lowercase RFC 1123 subdomain must consist of
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

# The API server checks the fields whatever the OS.
applies if options.anywhere

finding contains result.deny(rego.metadata.chain(), object.union(entry.said, {
	"field": concat(".", [entry.field, "gmsaCredentialSpecName"]),
	"says": "no name of a GMSACredentialSpec: write letters in lower case, digits, - and .",
	"enforcedBy": "apiserver",
	"because": "windowsOptions.gmsaCredentialSpecName is set",
})) if {
	some entry in _entries
	name := entry.options.gmsaCredentialSpecName
	is_string(name)
	not regex.match(_subdomain, name)
}

finding contains result.deny(rego.metadata.chain(), object.union(entry.said, {
	"field": concat(".", [entry.field, "gmsaCredentialSpecName"]),
	"says": "no name of a GMSACredentialSpec: it has at most 253 characters",
	"enforcedBy": "apiserver",
	"because": "windowsOptions.gmsaCredentialSpecName is set",
})) if {
	some entry in _entries
	name := entry.options.gmsaCredentialSpecName
	is_string(name)
	user_names.bytes(name) > 253
}

finding contains result.deny(rego.metadata.chain(), object.union(entry.said, {
	"field": concat(".", [entry.field, "gmsaCredentialSpec"]),
	"says": "it is empty; remove it",
	"enforcedBy": "apiserver",
	"because": "windowsOptions.gmsaCredentialSpec is set",
})) if {
	some entry in _entries
	entry.options.gmsaCredentialSpec == ""
}

finding contains result.deny(rego.metadata.chain(), object.union(entry.said, {
	"field": concat(".", [entry.field, "gmsaCredentialSpec"]),
	"says": "it has more than 64 KiB; name a GMSACredentialSpec instead",
	"enforcedBy": "apiserver",
	"because": "windowsOptions.gmsaCredentialSpec is set",
})) if {
	some entry in _entries
	contents := entry.options.gmsaCredentialSpec
	is_string(contents)
	user_names.bytes(contents) > 65536
}

finding contains result.warn(rego.metadata.chain(), object.union(entry.said, {
	"field": concat(".", [entry.field, "gmsaCredentialSpec"]),
	"says": "the gMSA webhook refuses contents without gmsaCredentialSpecName; set that",
	"enforcedBy": "advice",
})) if {
	os.windows
	some entry in _entries
	_contents(entry)
	not _named(entry)
}

# A Pod in the cluster has contents because the webhook has put them there, so they tell nothing.
finding contains result.warn(rego.metadata.chain(), object.union(entry.said, {
	"field": concat(".", [entry.field, "gmsaCredentialSpec"]),
	"says": "fails once the GMSACredentialSpec changes; leave the contents to the webhook",
	"enforcedBy": "advice",
})) if {
	os.windows
	subject.resource.kind != "Pod"
	some entry in _entries
	_contents(entry)
	_named(entry)
}

finding contains result.warn(rego.metadata.chain(), object.union(_said_at(container), {
	"says": "has no effect on HostProcess containers, which run as the node; remove it",
	"enforcedBy": "advice",
})) if {
	os.windows
	some container in options.host_process
}

# What IsDNS1123Subdomain of k8s.io/apimachinery/pkg/util/validation demands.
# Few windowsOptions are about gMSA.
_entries contains entry if {
	some entry in options.all
	some name in ["gmsaCredentialSpec", "gmsaCredentialSpecName"]
	entry.options[name] != null
}

_subdomain := `^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$`

_contents(entry) if {
	is_string(entry.options.gmsaCredentialSpec)
	entry.options.gmsaCredentialSpec != ""
}

_named(entry) if entry.options.gmsaCredentialSpecName != null

# Where the gMSA in force for a container is set, undefined where there is none: at the container, or else at the pod,
# once for all of them.
_said_at(container) := {
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
