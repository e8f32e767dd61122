# METADATA
# title: API versions that Kubernetes serves
# description: |
#   Kubernetes removed the beta versions of its workloads: those of apps and extensions in 1.16, that of CronJob in 1.25.
#   The API server rejects an object of a version that it does not serve, and the pods are never created. Other versions
#   in the groups of Kubernetes never existed. The rule judges the kinds of Kubernetes, not those of other groups.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/using-api/deprecation-guide/
#     description: Deprecated API Migration Guide
# custom:
#   id: removed-api
#   category: restrictions
#   severities: [deny]
#   needs: [object.workload]
#   enforcedBy: [apiserver]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Use the API version that Kubernetes serves, for example apps/v1 for a Deployment.
#   symptoms:
#     - 'no matches for kind "…" in version "extensions/v1beta1"'
#     - 'no matches for kind "…" in version "apps/v1beta1"'
#     - 'no matches for kind "…" in version "apps/v1beta2"'
#     - 'no matches for kind "CronJob" in version "batch/v1beta1"'
#     - the server could not find the requested resource
#   enforcedSince:
#     - {version: v1.16, what: 'apps/v1beta1, apps/v1beta2 and extensions/v1beta1 of workloads'}
#     - {version: v1.21, what: batch/v2alpha1}
#     - {version: v1.25, what: batch/v1beta1}
#   fields: [apiVersion, kind]
package lib.windows.rules.removed_api

import data.lib.windows.data.apis
import data.lib.windows.fix
import data.lib.windows.kubernetes
import data.lib.windows.result
import data.lib.windows.subject

finding contains result.deny(rego.metadata.chain(), object.union(_fix, {
	"field": "apiVersion",
	"says": sprintf("Kubernetes does not serve this version of the kind, so the API server rejects the object. Use %s.", [_served]),
	"enforcedBy": "apiserver",
})) if {
	subject.resource.kind != "Pod" # a Pod has one version, and its review stops here
	subject.resource.apiVersion != _served
	regex.match(`^(v\d[a-z0-9]*$|(apps|batch|extensions)/)`, subject.resource.apiVersion)
	not _still_served
}

_served := apis.served[subject.resource.kind].version

# Whether a version of Kubernetes that the cluster can have still serves the API version.
_still_served if {
	entry := apis.removed[subject.resource.apiVersion]
	not kubernetes.all_from(entry["in"])
}

default _fix := {}

# The new version of a CronJob has the same fields. The others require a selector, which the old versions did not.
_fix := {"fix": fix.set("apiVersion", _served)} if subject.resource.kind in {"CronJob", "Job"}

_fix := {"fix": fix.set("apiVersion", _served)} if count(subject.resource.spec.selector.matchLabels) > 0
