# METADATA
# title: Injections
# description: |
#   Webhooks that add containers to pods, and have them only for Linux. Linkerd has a proxy for Windows, and so have dapr,
#   Consul and Open Service Mesh. The annotations of OpenTelemetry are left out: Amazon's operator reads them too, and
#   supports Windows.
package lib.windows.data.injections

# The sources of the entries, with the day on which they were checked.
sources := {
	"app-mesh": {
		"url": "https://github.com/aws/aws-app-mesh-roadmap/issues/298",
		"asOf": "2026-11-29",
	},
	"azure-key-vault": {
		"url": "https://github.com/SparebankenVest/azure-key-vault-to-kubernetes/issues/148",
		"asOf": "2026-11-29",
	},
	"azure-workload-identity": {
		"url": "https://github.com/Azure/azure-workload-identity/issues/1017",
		"asOf": "2026-11-29",
	},
	"azure-workload-identity-presence": {
		"url": "https://github.com/Azure/azure-workload-identity/issues/1210",
		"asOf": "2026-11-29",
	},
	"dash0": {
		"url": "https://github.com/dash0hq/dash0-operator/issues/547",
		"asOf": "2026-11-29",
	},
	"datadog": {
		"url": "https://github.com/DataDog/documentation/pull/25154",
		"asOf": "2026-11-29",
	},
	"istio": {
		"url": "https://github.com/istio/istio/issues/27893",
		"asOf": "2026-11-29",
	},
	"linkerd": {
		"url": "https://docs.buoyant.io/buoyant-enterprise-linkerd/latest/features/windows-containers",
		"asOf": "2026-11-29",
	},
	"linkerd-init": {
		"url": "https://github.com/linkerd/linkerd2/issues/3298",
		"asOf": "2026-11-29",
	},
	"opentelemetry": {
		"url": "https://github.com/open-telemetry/opentelemetry-operator/issues/2791",
		"asOf": "2026-11-29",
	},
	"vault": {
		"url": "https://github.com/hashicorp/vault-k8s/issues/80",
		"asOf": "2026-11-29",
	},
}

# METADATA
# title: Labels and annotations that ask for an injection
# description: |
#   `by` injects only Linux containers if the label or annotation has one of `values`, in lower case; [] means any value.
#   It does not if `unless`, another label or annotation, has such a value. `off` is the value that turns the injection
#   off; without it the key must be removed. `skips` names what keeps the webhook off the pod.
requests := {
	"admission.datadoghq.com/dotnet-lib.version": {
		"by": "Datadog", "values": [],
		"unless": {"admission.datadoghq.com/enabled": ["false"]},
		"source": "datadog",
	},
	"admission.datadoghq.com/java-lib.version": {
		"by": "Datadog", "values": [],
		"unless": {"admission.datadoghq.com/enabled": ["false"]},
		"source": "datadog",
	},
	"admission.datadoghq.com/js-lib.version": {
		"by": "Datadog", "values": [],
		"unless": {"admission.datadoghq.com/enabled": ["false"]},
		"source": "datadog",
	},
	"admission.datadoghq.com/php-lib.version": {
		"by": "Datadog", "values": [],
		"unless": {"admission.datadoghq.com/enabled": ["false"]},
		"source": "datadog",
	},
	"admission.datadoghq.com/python-lib.version": {
		"by": "Datadog", "values": [],
		"unless": {"admission.datadoghq.com/enabled": ["false"]},
		"source": "datadog",
	},
	"admission.datadoghq.com/ruby-lib.version": {
		"by": "Datadog", "values": [],
		"unless": {"admission.datadoghq.com/enabled": ["false"]},
		"source": "datadog",
	},
	"appmesh.k8s.aws/sidecarInjectorWebhook": {
		"by": "App Mesh", "values": ["enabled"], "off": "disabled", "unless": {},
		"source": "app-mesh",
	},
	"azure.workload.identity/inject-proxy-sidecar": {
		"by": "Azure Workload Identity", "values": [], "unless": {},
		"source": "azure-workload-identity-presence",
	},
	"istio.io/rev": {
		"by": "Istio", "values": [], "unless": {"sidecar.istio.io/inject": ["false"]}, "skips": "hostNetwork",
		"source": "istio",
	},
	"linkerd.io/inject": {
		"by": "Linkerd", "values": ["enabled", "ingress"], "off": "disabled", "skips": "hostNetwork",
		"unless": {"config.linkerd.io/proxy-image": []},
		"source": "linkerd",
	},
	"sidecar.istio.io/inject": {
		"by": "Istio", "values": ["1", "on", "t", "true", "y", "yes"], "off": "false", "unless": {}, "skips": "hostNetwork",
		"source": "istio",
	},
	"vault.hashicorp.com/agent-inject": {
		"by": "Vault", "values": ["1", "t", "true"], "off": "false", "unless": {},
		"source": "vault",
	},
}

# METADATA
# title: Images that webhooks inject
# description: |
#   The full name of each repository. It has only Linux images, and `by` adds a container with such an image to pods.
images := {
	"cr.l5d.io/linkerd/proxy-init": {"by": "Linkerd", "source": "linkerd-init"},
	"docker.io/hashicorp/vault": {"by": "Vault", "source": "vault"},
	"docker.io/istio/proxyv2": {"by": "Istio", "source": "istio"},
	"docker.io/library/vault": {"by": "Vault", "source": "vault"},
	"docker.io/spvest/azure-keyvault-env": {"by": "Azure Key Vault to Kubernetes", "source": "azure-key-vault"},
	"gcr.io/datadoghq/apm-inject": {"by": "Datadog", "source": "datadog"},
	"gcr.io/gke-release/asm/proxyv2": {"by": "Istio", "source": "istio"},
	"gcr.io/istio-release/proxyv2": {"by": "Istio", "source": "istio"},
	"ghcr.io/dash0hq/instrumentation": {"by": "Dash0", "source": "dash0"},
	"ghcr.io/linkerd/proxy-init": {"by": "Linkerd", "source": "linkerd-init"},
	"mcr.microsoft.com/oss/azure/workload-identity/proxy": {"by": "Azure Workload Identity", "source": "azure-workload-identity"},
	"mcr.microsoft.com/oss/azure/workload-identity/proxy-init": {"by": "Azure Workload Identity", "source": "azure-workload-identity"},
	"mcr.microsoft.com/oss/istio/proxyv2": {"by": "Istio", "source": "istio"},
	"public.ecr.aws/appmesh/aws-appmesh-envoy": {"by": "App Mesh", "source": "app-mesh"},
	"public.ecr.aws/appmesh/aws-appmesh-proxy-route-manager": {"by": "App Mesh", "source": "app-mesh"},
}

# METADATA
# title: Groups of images that webhooks inject
# description: |
#   The beginning of the full name of each repository of the group. It has only Linux images, as above.
images_below := {
	"docker.io/datadog/dd-lib-": {"by": "Datadog", "source": "datadog"},
	"gcr.io/datadoghq/dd-lib-": {"by": "Datadog", "source": "datadog"},
	"ghcr.io/open-telemetry/opentelemetry-operator/autoinstrumentation-": {"by": "OpenTelemetry", "source": "opentelemetry"},
	"public.ecr.aws/datadog/dd-lib-": {"by": "Datadog", "source": "datadog"},
}
