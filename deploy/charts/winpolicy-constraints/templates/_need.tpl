{{/*
Fail where the kind of a Constraint is missing. The argument is a list of the root and the kind. Every cluster serves
apiregistration.k8s.io/v1, and Helm does not assume it when it renders without a cluster: then nobody knows what is there.
*/}}
{{- define "winpolicy.needKind" -}}
{{- $versions := (index . 0).Capabilities.APIVersions -}}
{{- $kind := index . 1 -}}
{{- if $versions.Has "apiregistration.k8s.io/v1" -}}
{{- if not ($versions.Has "templates.gatekeeper.sh/v1") -}}
{{- fail "Gatekeeper is not in this cluster: the API templates.gatekeeper.sh/v1 is missing. Install Gatekeeper 3.19 or later, then the chart winpolicy-templates, then this chart." -}}
{{- end -}}
{{- if not ($versions.Has (printf "constraints.gatekeeper.sh/v1beta1/%s" $kind)) -}}
{{- fail (printf "The cluster has no kind %s yet. Install the chart winpolicy-templates first, and wait for its CRDs: kubectl wait constrainttemplate %s --for=jsonpath='{.status.created}'=true --timeout=60s" $kind (lower $kind)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
