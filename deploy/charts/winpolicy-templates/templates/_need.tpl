{{/*
Fail where Gatekeeper is missing. Every cluster serves apiregistration.k8s.io/v1, and Helm does not assume it when it
renders without a cluster: then nobody knows what is there.
*/}}
{{- define "winpolicy.needGatekeeper" -}}
{{- $versions := .Capabilities.APIVersions -}}
{{- if and ($versions.Has "apiregistration.k8s.io/v1") (not ($versions.Has "templates.gatekeeper.sh/v1")) -}}
{{- fail "Gatekeeper is not in this cluster: the API templates.gatekeeper.sh/v1 is missing. Install Gatekeeper 3.19 or later first." -}}
{{- end -}}
{{- end -}}
