# METADATA
# title: The gate that most Linux pods do not pass
# description: |
#   Most pods of a cluster are for Linux, and nothing in them is any rule's concern. A template, where every input is
#   Gatekeeper's, asks this first: one rule, straight over the input, for every step on the way to the rules costs more.
#   What it lets through may still be a Linux pod, and is asked properly.
package lib.windows.gate

# The fields by which a pod that is not for Windows may concern a rule: those that the gate looks at. A template has the
# gate if each of its rules that define `applies` names some of these in its METADATA, and no others.
fields := {
	"affinity",
	"command",
	"handler", # of a RuntimeClass
	"image",
	"labels",
	"nodeSelector",
	"os",
	"runtimeClassName",
	"scheduling", # of a RuntimeClass
	"tolerations",
	"windowsOptions",
}

# Whether the object is a pod that is not for Windows and, without configuration of single rules, concerns none. Literals
# stand where they are used: a rule that holds one costs as much to ask as three of these conditions.
closed if {
	input.review.object.kind == "Pod"
	input.review.object.apiVersion == "v1"
	not input.parameters.rules
	not input.parameters.taints
	pod := input.review.object.spec
	object.get(pod, "os", {"name": "linux"}) == {"name": "linux"}
	object.get(pod, "runtimeClassName", null) == null
	not pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
	not pod.securityContext.windowsOptions
	not input.review.object.metadata.labels["kubernetes.io/os"]
	{1 | some label, value in pod.nodeSelector; label in _os_labels; [label, value] != ["kubernetes.io/os", "linux"]} == set()
	{1 | some toleration in pod.tolerations; not object.get(toleration, "key", "") in _given_to_all} == set()
	parts := [part | some list in ["initContainers", "containers", "ephemeralContainers"]; some part in pod[list]]
	{1 | parts[_].securityContext.windowsOptions} == set()
	{1 | regex.match(`(?i)windows|nanoserver|servercore|ltsc20|hostprocess|dotnet/framework|microsoft/`, parts[_].image)} == set()
	{1 | regex.match(`\\|\.[Ee][Xx][Ee]$`, parts[_].command[0])} == set()
}

# The labels that tell the OS of a node.
_os_labels := {
	"beta.kubernetes.io/os",
	"cloud.google.com/gke-os-distribution",
	"kubernetes.azure.com/os-sku",
	"kubernetes.azure.com/os-type",
	"kubernetes.io/os",
	"node.kubernetes.io/windows-build",
}

# The tolerations that Kubernetes itself gives to pods.
_given_to_all := {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}
