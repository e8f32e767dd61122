# METADATA
# title: A quick test that skips most Linux pods
# description: |
#   Most pods of a cluster are for Linux, and no rule is about them. A template evaluates this test first, on Gatekeeper's
#   input. It is one rule that reads the input directly, because every call on the way to the rules costs more. A pod
#   that passes may still be for Linux; then the library decides.
package lib.windows.gate

# The names of the fields that `closed` reads. Only through them can a pod that is not for Windows concern a rule. A
# template contains the gate if each of its rules that define `applies` needs, by its METADATA, only these fields.
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

# Whether the object is a Pod that no rule is about. Never true if the Constraint configures single rules or taints. On a
# platform without taints, a Constraint that reports warnings leaves only pods that select their OS.
# The three container lists are named here, not imported, and every literal stands where it is used. A reference to
# another rule costs as much as three of these conditions, and every Linux pod pays for it.
closed if {
	input.review.object.kind == "Pod"
	input.review.object.apiVersion == "v1"
	not input.parameters.rules
	not input.parameters.taints

	# regal ignore:not-equals-in-loop
	{1 | input.parameters.platform in {"aks", "eks", "rke2"}; input.parameters.severities[_] != "deny"; not input.review.object.spec.nodeSelector["kubernetes.io/os"]} == set()
	pod := input.review.object.spec
	object.get(pod, "os", {"name": "linux"}) == {"name": "linux"}
	object.get(pod, "runtimeClassName", null) == null
	not pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution
	not pod.securityContext.windowsOptions
	not input.review.object.metadata.labels["kubernetes.io/os"]
	{1 | some label, value in pod.nodeSelector; label in _os_labels; [label, value] != ["kubernetes.io/os", "linux"]} == set()
	{1 | some toleration in pod.tolerations; not object.get(toleration, "key", "") in _added_to_all} == set()
	parts := [part | some list in ["initContainers", "containers", "ephemeralContainers"]; some part in pod[list]]
	{1 | parts[_].securityContext.windowsOptions} == set()
	{1 | regex.match(`(?i)windows|nanoserver|servercore|ltsc20|hostprocess|dotnet/framework|microsoft/|-win(?:$|[:@])`, parts[_].image)} == set()
	{1 | regex.match(`(?i)\\|\.exe$|(?:^|/)powershell$`, parts[_].command[0])} == set()
}

# The labels that tell the OS of a node.
_os_labels := {
	"beta.kubernetes.io/os",
	"cloud.google.com/gke-os-distribution",
	"kubernetes.azure.com/os-sku",
	"kubernetes.azure.com/os-type",
	"kubernetes.io/os",
	"node.kubernetes.io/windows-build",
	"node.openshift.io/os_id",
}

# The keys of the tolerations that Kubernetes adds to every pod.
_added_to_all := {"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"}
