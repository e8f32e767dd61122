# METADATA
# title: Quick tests that skip most requests
# description: |
#   Most pods of a cluster are for Linux, and no rule is about them. Most Windows pods set only fields that no rule objects
#   to. Most updates of workloads scale them. A template evaluates `closed`, `plain` and `same` first, on Gatekeeper's
#   input. Each is one rule that reads the input directly, because every call on the way to the rules costs more. What no
#   test skips, the library decides.
package lib.windows.gate

import data.lib.windows.data.platforms
import data.lib.windows.ordinary

# The names of the fields that `closed` reads. Only through them can a pod that is not for Windows concern a rule. A
# template contains the test `closed` if each of its rules that define `applies` names, in its METADATA, only these fields.
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

# Whether the request updates a workload whose pod template and selector stay as they are, for example to scale it. The
# library says the same of it: lib.windows.update.unchanged.
same if {
	input.review.operation == "UPDATE"
	input.review.object.kind in {"DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"}
	input.review.object.spec.template == input.review.oldObject.spec.template
	object.get(input.review.object.spec, "selector", {}) == object.get(input.review.oldObject.spec, "selector", {})
}

# The names of fields and labels that no plain pod has. A template contains the test `plain` if each of its rules about
# pods that deny or warn needs, by its METADATA, only these and facts of lib.windows.facts.
absent := {
	"component",
	"downwardAPI",
	"ephemeral",
	"gmsaCredentialSpec",
	"gmsaCredentialSpecName",
	"hostIPC",
	"hostNetwork",
	"hostPID",
	"hostPath",
	"hostProcess",
	"hostUsers",
	"lifecycle",
	"mountPropagation",
	"overhead",
	"resourceClaims",
	"runtimeClassName",
	"shareProcessNamespace",
	"tier",
	"volumeDevices",
}

# Whether the object is a Pod for Windows in which no rule finds anything to deny or warn about. This is a list of what is
# allowed. A field that no table of lib.windows.ordinary names makes it false. So does a value of an unexpected type, because `every` fails
# where an expression is undefined. Never true if the Constraint configures single rules or taints, or reports notes.
plain if {
	input.review.object.kind == "Pod"
	input.review.object.apiVersion == "v1"
	pod := input.review.object.spec
	pod.os == {"name": "windows"}
	object.remove(pod, ordinary.pod_fields) == {}
	object.remove(pod.nodeSelector, ordinary.pools) == {"kubernetes.io/os": "windows"}
	object.get(pod, "securityContext", {}) in ordinary.security_contexts
	object.remove(object.get(pod, "affinity", {}), ["podAffinity", "podAntiAffinity"]) == {}
	object.get(pod, "dnsPolicy", "ClusterFirst") in {"ClusterFirst", "Default"}
	not input.parameters.rules
	not input.parameters.taints
	object.get(input.review, "subResource", "") == ""
	{1 | input.parameters.severities[_] == "note"} == set()
	object.filter(object.get(input.review.object.metadata, "labels", {}), ordinary.telling_labels) == {}
	every name, _ in object.get(input.review.object.metadata, "annotations", {}) {
		strings.any_prefix_match(name, ordinary.silent_annotations)
	}
	every toleration in object.get(pod, "tolerations", []) {
		object.remove(toleration, ["key", "operator", "value", "effect", "tolerationSeconds"]) == {}
	}
	every taint in object.get(platforms.defaults, [object.get(input.parameters, "platform", ""), "taints"], []) {
		{1 | some toleration in pod.tolerations; object.filter(toleration, ["key", "value", "effect"]) == taint} == {1}
	}
	every volume in object.get(pod, "volumes", []) {
		object.remove(volume, ordinary.volume_fields) == {}
		object.get(volume, "projected", ordinary.token_volume) == ordinary.token_volume
		object.remove(object.get(volume, "configMap", {}), ["name", "optional"]) in [{}, {"defaultMode": 420}]
		object.remove(object.get(volume, "secret", {}), ["secretName", "optional"]) in [{}, {"defaultMode": 420}]
		object.remove(object.get(volume, "emptyDir", {}), ["sizeLimit"]) == {}
	}
	parts := array.concat(pod.containers, object.get(pod, "initContainers", []))
	every part in parts {
		object.remove(part, ordinary.container_fields) == {}
		object.get(part, "securityContext", {}) in ordinary.security_contexts
		object.remove(object.get(part, "resources", {}), ["limits", "requests"]) == {}
		object.remove(object.get(part, ["resources", "requests"], {}), ordinary.resources) == {}
		object.remove(object.get(part, ["resources", "limits"], {}), ordinary.resources) == {}
		object.get(part, ["livenessProbe", "exec"], null) == null
		object.get(part, ["readinessProbe", "exec"], null) == null
		object.get(part, ["startupProbe", "exec"], null) == null
		object.get(part, "terminationMessagePath", "/dev/termination-log") == "/dev/termination-log"
		every mount in object.get(part, "volumeMounts", []) {
			object.remove(mount, ["name", "mountPath", "readOnly"]) == {}
			regex.match(ordinary.mount_path, mount.mountPath)
		}

		# Two spellings of one path collide on Windows.
		paths := {lower(regex.replace(mount.mountPath, `^[Cc]:\\|/`, `\`)) | some mount in part.volumeMounts}
		count(paths - {`\dev\termination-log`}) == count(object.get(part, "volumeMounts", []))
	}
	{1 | parts[_].env[_].valueFrom.resourceFieldRef} == set()
	images := {object.get(part, "image", "") | some part in parts}
	{release | some image in images; some release in ["ltsc2022", "ltsc2025"]; endswith(image, release)} in [set(), {"ltsc2022"}, {"ltsc2025"}]
	every image in images - {image | some image in images; regex.match(ordinary.windows_image, image)} {
		# Nothing is known of an image of an owner that no table names, if no word tells its OS.
		regex.match(ordinary.other_image, image)
		not strings.any_prefix_match(image, ordinary.known_owners)
		words := regex.split(`[-_.:/@]`, lower(regex.replace(image, ordinary.release_end, "")))
		not strings.any_prefix_match(words, ordinary.telling_words)
	}
}
