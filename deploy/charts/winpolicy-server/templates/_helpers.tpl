{{/* The labels by which the Service, the budget and the network policy find the pods. */}}
{{- define "winpolicy.selector" -}}
app.kubernetes.io/name: winpolicy-server
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "winpolicy.labels" -}}
{{ include "winpolicy.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
{{- end -}}

{{/*
What is mounted: the ConfigMap or Secret, the folder, and the flags that name it. The folders are mounted whole, because
Kubernetes never updates a subPath mount.
*/}}
{{- define "winpolicy.mounts" -}}
- {name: config, configMap: {{ .Release.Name }}-config, flags: [--config=/etc/winpolicy/config/winpolicy.yaml]}
{{- with .Values.tlsSecret }}
- {name: tls, secret: {{ . | quote }}, flags: [--tls-cert=/etc/winpolicy/tls/tls.crt, --tls-key=/etc/winpolicy/tls/tls.key]}
{{- end }}
{{- with .Values.tokensSecret }}
- {name: tokens, secret: {{ . | quote }}, flags: [--tokens=/etc/winpolicy/tokens/tokens]}
{{- end }}
{{- with .Values.clientCASecret }}
- {name: client-ca, secret: {{ . | quote }}, flags: [--client-ca=/etc/winpolicy/client-ca/ca.crt]}
{{- end }}
{{- with .Values.signingKeySecret }}
- {name: signing-key, secret: {{ . | quote }}, flags: [--signing-key=/etc/winpolicy/signing-key/signing.pem]}
{{- end }}
{{- with .Values.policiesConfigMap }}
- {name: policies, configMap: {{ . | quote }}, flags: [--policies=/etc/winpolicy/policies]}
{{- end }}
{{- with .Values.discoveryConfigMap }}
- {name: discovery, configMap: {{ . | quote }}, flags: [--discovery=/etc/winpolicy/discovery/discovery.rego]}
{{- end }}
{{- end -}}
