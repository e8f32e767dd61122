# METADATA
# title: Quick tests that skip most requests
# description: |
#   Most pods of a cluster are for Linux, and no rule is about them. Most Windows pods set only fields that no rule objects
#   to. Most updates of workloads scale them. A template evaluates `closed`, `plain` and `same` first, on Gatekeeper's
#   input. Each is one rule that reads the input directly, because every call on the way to the rules costs more. What no
#   test skips, the library decides.
package lib.windows.gate

import data.lib.windows.data.platforms

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

# Whether the request updates a workload whose pod template and selector stay as they are, for example to scale it. The
# library says the same of it: lib.windows.update.unchanged.
same if {
	input.review.operation == "UPDATE"
	input.review.object.kind in {"DaemonSet", "Deployment", "Job", "ReplicaSet", "ReplicationController", "StatefulSet"}
	input.review.object.spec.template == input.review.oldObject.spec.template
	object.get(input.review.object.spec, "selector", {}) == object.get(input.review.oldObject.spec, "selector", {})
}

# The names of fields and labels that no plain pod has. A template contains the test `plain` if each
# of its rules about pods that deny or warn needs, by its METADATA, only these and facts of lib.windows.facts.
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
# allowed. A field that no table below names makes it false. So does a value of an unexpected type, because `every` fails
# where an expression is undefined. Never true if the Constraint configures single rules or taints, or reports notes.
plain if {
	input.review.object.kind == "Pod"
	input.review.object.apiVersion == "v1"
	pod := input.review.object.spec
	pod.os == {"name": "windows"}
	object.remove(pod, _of_pods) == {}
	object.remove(pod.nodeSelector, pools) == {"kubernetes.io/os": "windows"}
	object.get(pod, "securityContext", {}) in security_contexts
	object.remove(object.get(pod, "affinity", {}), ["podAffinity", "podAntiAffinity"]) == {}
	object.get(pod, "dnsPolicy", "ClusterFirst") in {"ClusterFirst", "Default"}
	not input.parameters.rules
	not input.parameters.taints
	object.get(input.review, "subResource", "") == ""
	{1 | input.parameters.severities[_] == "note"} == set()
	object.filter(object.get(input.review.object.metadata, "labels", {}), telling_labels) == {}
	every name, _ in object.get(input.review.object.metadata, "annotations", {}) {
		strings.any_prefix_match(name, silent_annotations)
	}
	every toleration in object.get(pod, "tolerations", []) {
		object.remove(toleration, ["key", "operator", "value", "effect", "tolerationSeconds"]) == {}
	}
	every taint in object.get(platforms.defaults, [object.get(input.parameters, "platform", ""), "taints"], []) {
		{1 | some toleration in pod.tolerations; object.filter(toleration, ["key", "value", "effect"]) == taint} == {1}
	}
	every volume in object.get(pod, "volumes", []) {
		object.remove(volume, volume_fields) == {}
		object.get(volume, "projected", token_volume) == token_volume
		object.remove(object.get(volume, "configMap", {}), ["name", "optional"]) in [{}, {"defaultMode": 420}]
		object.remove(object.get(volume, "secret", {}), ["secretName", "optional"]) in [{}, {"defaultMode": 420}]
		object.remove(object.get(volume, "emptyDir", {}), ["sizeLimit"]) == {}
	}
	parts := array.concat(pod.containers, object.get(pod, "initContainers", []))
	every part in parts {
		object.remove(part, _of_containers) == {}
		object.get(part, "securityContext", {}) in security_contexts
		object.remove(object.get(part, "resources", {}), ["limits", "requests"]) == {}
		object.remove(object.get(part, ["resources", "requests"], {}), resources) == {}
		object.remove(object.get(part, ["resources", "limits"], {}), resources) == {}
		object.get(part, ["livenessProbe", "exec"], null) == null
		object.get(part, ["readinessProbe", "exec"], null) == null
		object.get(part, ["startupProbe", "exec"], null) == null
		object.get(part, "terminationMessagePath", "/dev/termination-log") == "/dev/termination-log"
		every mount in object.get(part, "volumeMounts", []) {
			object.remove(mount, ["name", "mountPath", "readOnly"]) == {}
			regex.match(mount_path, mount.mountPath)
		}

		# Two spellings of one path collide on Windows.
		paths := {lower(regex.replace(mount.mountPath, `^[Cc]:\\|/`, `\`)) | some mount in part.volumeMounts}
		count(paths - {`\dev\termination-log`}) == count(object.get(part, "volumeMounts", []))
	}
	{1 | parts[_].env[_].valueFrom.resourceFieldRef} == set()
	images := {object.get(part, "image", "") | some part in parts}
	{release | some image in images; some release in ["ltsc2022", "ltsc2025"]; endswith(image, release)} in [set(), {"ltsc2022"}, {"ltsc2025"}]
	every image in images - {image | some image in images; regex.match(windows_image, image)} {
		# Nothing is known of an image of an owner that no table names, if no word tells its OS.
		regex.match(other_image, image)
		not strings.any_prefix_match(image, known_owners)
		words := regex.split(`[-_.:/@]`, lower(regex.replace(image, release_end, "")))
		not strings.any_prefix_match(words, telling_words)
	}
}

# The fields of a plain pod. Where `plain` reads a field again, not every value is plain.
_of_pods := [
	"affinity",
	"automountServiceAccountToken",
	"containers",
	"dnsPolicy",
	"enableServiceLinks",
	"imagePullSecrets",
	"initContainers",
	"nodeSelector",
	"os",
	"preemptionPolicy",
	"priority",
	"priorityClassName",
	"restartPolicy",
	"schedulerName",
	"securityContext",
	"serviceAccount",
	"serviceAccountName",
	"terminationGracePeriodSeconds",
	"tolerations",
	"topologySpreadConstraints",
	"volumes",
]

# The fields of a container of a plain pod.
_of_containers := [
	"env",
	"envFrom",
	"image",
	"imagePullPolicy",
	"livenessProbe",
	"name",
	"ports",
	"readinessProbe",
	"resources",
	"securityContext",
	"startupProbe",
	"terminationMessagePath",
	"terminationMessagePolicy",
	"volumeMounts",
]

# The fields of a volume of a plain pod.
volume_fields := ["configMap", "emptyDir", "name", "persistentVolumeClaim", "projected", "secret"]

# The volume with the token of the service account, as the API server adds it.
# Source: k8s.io/kubernetes v1.37.2, plugin/pkg/admission/serviceaccount/admission.go, TokenVolumeSource
token_volume := {"defaultMode": 420, "sources": [
	{"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
	{"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
	{"downwardAPI": {"items": [{"path": "namespace", "fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.namespace"}}]}},
]}

# The securityContexts of a plain pod and of its containers.
security_contexts := {
	{},
	{"windowsOptions": {"runAsUserName": "ContainerUser"}},
	{"runAsNonRoot": true, "windowsOptions": {"runAsUserName": "ContainerUser"}},
}

# The labels that a plain pod may select beside its OS: those of node pools and places.
pools := [
	"agentpool",
	"cloud.google.com/gke-nodepool",
	"eks.amazonaws.com/nodegroup",
	"kubernetes.azure.com/agentpool",
	"node.kubernetes.io/instance-type",
	"topology.kubernetes.io/region",
	"topology.kubernetes.io/zone",
]

# The labels of a pod that a rule reads.
telling_labels := [
	"admission.datadoghq.com/dotnet-lib.version",
	"admission.datadoghq.com/java-lib.version",
	"admission.datadoghq.com/js-lib.version",
	"admission.datadoghq.com/php-lib.version",
	"admission.datadoghq.com/python-lib.version",
	"admission.datadoghq.com/ruby-lib.version",
	"appmesh.k8s.aws/sidecarInjectorWebhook",
	"azure.workload.identity/inject-proxy-sidecar",
	"component",
	"istio.io/rev",
	"kubernetes.io/os",
	"linkerd.io/inject",
	"sidecar.istio.io/inject",
	"tier",
	"vault.hashicorp.com/agent-inject",
]

# The resources that a plain pod may name.
resources := ["cpu", "memory", "ephemeral-storage"]

# The beginnings of the annotations of a plain pod.
silent_annotations := ["checksum/", "cni.projectcalico.org/", "kubectl.kubernetes.io/", "kubernetes.io/limit-ranger", "prometheus.io/"]

# A path of a mount that has one spelling but for case, slashes and drive C.
mount_path := `^(?:[A-Za-z]:\\|/)\w(?:[\w.-]*\w)?(?:[\\/]\w(?:[\w.-]*\w)?)*$`

# Microsoft's images for the releases that every platform runs.
windows_image := `^mcr\.microsoft\.com/(?:(?:windows|dotnet/framework)/[a-z/]+:(?:[\d.]+-)?(?:windowsservercore-)?|dotnet/(?:aspnet|runtime|sdk):[\d.]+-(?:windowsservercore|nanoserver)-)ltsc20(?:22|25)$`

# An image of a registry that is named.
other_image := `^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?/`

# The end of an image's tag that names such a release.
release_end := `(?:[:-](?:nanoserver|servercore|windowsservercore))?[:-]ltsc20(?:22|25)$`

# The registries and owners of the repositories in lib.windows.data.images and lib.windows.data.injections. Docker Hub has
# three spellings.
known_owners := [
	"cgr.dev/",
	"cr.l5d.io/",
	"docker.io/",
	"gcr.io/datadoghq/",
	"gcr.io/distroless/",
	"gcr.io/gke-release/",
	"gcr.io/istio-release/",
	"ghcr.io/dash0hq/",
	"ghcr.io/kubernetes-sigs/",
	"ghcr.io/linkerd/",
	"ghcr.io/open-telemetry/",
	"ghcr.io/prometheus-community/",
	"index.docker.io/",
	"k8s.gcr.io/",
	"mcr.microsoft.com/",
	"public.ecr.aws/appmesh/",
	"public.ecr.aws/datadog/",
	"quay.io/calico/",
	"quay.io/centos/",
	"registry-1.docker.io/",
	"registry.access.redhat.com/",
	"registry.k8s.io/",
]

# The beginnings of the words by which lib.windows.images knows an image without its registry.
telling_words := [
	"alpine",
	"azurelinux",
	"bionic",
	"bookworm",
	"bullseye",
	"buster",
	"cbl",
	"chiseled",
	"distroless",
	"e2e",
	"focal",
	"hostprocess",
	"jammy",
	"linux",
	"ltsc",
	"musl",
	"nanoserver",
	"noble",
	"pause",
	"servercore",
	"slim",
	"stretch",
	"trixie",
	"ubi",
	"win",
]
