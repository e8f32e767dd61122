package chart

import (
	"winpolicy/internal/config"
	"winpolicy/internal/schema"
)

// serverChart runs `winpolicy serve`. It needs the sleep of a preStop hook, which Kubernetes has since 1.30.
func serverChart(source Source) chart {
	document := config.Schema(source.Rules, source.Platforms)
	document.Description = "The configuration, as in winpolicy.yaml. The server takes a change without a restart."
	document.Required = nil // the chart adds the apiVersion
	text := schema.Text
	return chart{
		name:        "winpolicy-server",
		description: "The bundle server of winpolicy, which serves the rules to OPA agents",
		kubernetes:  ">=1.30.0-0",
		values: []value{
			{"image", with(text("The image of winpolicy: a name with a tag or, better, a digest. You must set it."), "")},
			{"imagePullSecrets", with(schema.List("The Secrets by which the kubelet pulls the image.", anything("")), []any{})},
			{"replicas", with(whole("How many servers run."), 2)},
			{"config", with(document, map[string]any{})},
			{"tlsSecret", with(text("The Secret of type kubernetes.io/tls with the server's certificate. You must set it, or insecureHTTP."), "")},
			{"insecureHTTP", with(schema.Bool("Whether the server may use plain HTTP, for example behind a mesh that encrypts."), false)},
			{"tokensSecret", with(text("The Secret whose key tokens has the hashes of accepted bearer tokens. Agents then need a token."), "")},
			{"clientCASecret", with(text("The Secret whose key ca.crt has the CA of the agents' certificates. Agents then need a certificate."), "")},
			{"signingKeySecret", with(text("The Secret whose key signing.pem has the private key (RSA) that signs bundles. The server then also serves a signed bundle."), "")},
			{"policiesConfigMap", with(text("The ConfigMap with your own rules, their tests and samples."), "")},
			{"discoveryConfigMap", with(text("The ConfigMap whose key discovery.rego has the discovery policy."), "")},
			{"args", with(schema.List("More flags of `winpolicy serve`, for example --max-hold=25s.", text("")), []any{})},
			{"service", with(schema.Object("The Service in front of the servers.", map[string]schema.Schema{
				"type":        text("The type of the Service.", "ClusterIP", "LoadBalancer", "NodePort"),
				"annotations": schema.Map("Its annotations.", text("")),
			}), map[string]any{"type": "ClusterIP", "annotations": map[string]any{}})},
			{"allowedFrom", with(schema.List("Who may reach the servers: peers of a NetworkPolicy. An empty list allows everybody.", anything("")), []any{})},
			{"resources", with(anything("The resources of a server. A server needs about 100 MiB, and 40 kB for each agent that polls."), map[string]any{
				"requests": map[string]any{"cpu": "100m", "memory": "256Mi"},
				"limits":   map[string]any{"memory": "512Mi"},
			})},
			{"podSecurityContext", with(anything("The security context of the pods. On OpenShift, set runAsUser, runAsGroup and fsGroup to null."), map[string]any{
				"runAsNonRoot": true, "runAsUser": 65532, "runAsGroup": 65532, "fsGroup": 65532,
				"seccompProfile": map[string]any{"type": "RuntimeDefault"},
			})},
			{"nodeSelector", with(schema.Map("The labels of the nodes on which the servers run.", text("")), map[string]any{"kubernetes.io/os": "linux"})},
			{"tolerations", with(schema.List("The taints that the servers tolerate.", anything("")), []any{})},
		},
	}
}

// whole is the schema of a number of things, which can be 0.
func whole(description string) schema.Schema {
	return schema.Schema{Type: "integer", Minimum: new(int), Description: description}
}
