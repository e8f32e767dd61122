# METADATA
# title: What is ordinary in a Windows pod
# description: |
#   The fields, labels, volumes, users and images to which no rule objects. lib.windows.gate and lib.windows.facts read
#   these tables. The generator writes each table into a template in the place of its name, or once if it is long.
package lib.windows.ordinary

# The fields of a plain pod. Where lib.windows.gate.plain reads a field again, not every value is plain.
pod_fields := [
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
container_fields := [
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
