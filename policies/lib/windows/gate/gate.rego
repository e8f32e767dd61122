# METADATA
# title: The gate that most Linux pods do not pass
# description: |
#   Most pods of a cluster are for Linux, and nothing in them is any rule's concern. Whoever evaluates a template meets this
#   first: one rule, straight over Gatekeeper's input, for every step on the way to the rules costs more than all of it.
#   What it lets through may still be a Linux pod, and is asked properly.
package lib.windows.gate

import data.lib.windows.placement

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
	not input.kind
	not input.parameters.rules
	not input.parameters.taints
	pod := input.review.object.spec
	object.get(pod, "os", {"name": "linux"}) == {"name": "linux"}
	object.get(pod, "runtimeClassName", null) == null
	not pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
	not pod.securityContext.windowsOptions
	not input.review.object.metadata.labels["kubernetes.io/os"]
	{1 | some label, value in pod.nodeSelector; not _of_linux(label, value)} == set()
	{1 | some toleration in pod.tolerations; not _given_to_all[object.get(toleration, "key", "")]} == set()
	parts := [part | some list in ["initContainers", "containers", "ephemeralContainers"]; some part in pod[list]]
	{1 | parts[_].securityContext.windowsOptions} == set()
	{1 | regex.match(`(?i)windows|nanoserver|servercore|ltsc20|hostprocess|dotnet/framework|microsoft/`, parts[_].image)} == set()
	{1 | regex.match(`\\|\.[Ee][Xx][Ee]$`, parts[_].command[0])} == set()
}

# Whether a nodeSelector's label does not say Windows.
_of_linux("kubernetes.io/os", "linux")

_of_linux(label, _) if not placement.os_label_ranks[label]

# The tolerations that Kubernetes itself gives to pods.
_given_to_all := {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}
