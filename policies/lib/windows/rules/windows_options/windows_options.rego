# METADATA
# title: Unknown fields of windowsOptions
# description: |
#   windowsOptions has four fields. The API server drops any other one, unless the client asks for strict validation. The
#   pod then runs without what the manifest says: with a misspelt runAsUserName, the container runs as the user of its
#   image, and that can be an administrator.
# related_resources:
#   - ref: https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#security-context
#     description: Security context
#   - ref: https://kubernetes.io/docs/reference/using-api/api-concepts/#setting-the-field-validation-level
#     description: Validation of unknown fields
# custom:
#   id: windows-options
#   category: restrictions
#   severities: [warn]
#   enforcedBy: [advice]
#   profiles: [baseline, restricted]
#   since: 0.1.0
#   remedy: Use gmsaCredentialSpec, gmsaCredentialSpecName, hostProcess and runAsUserName, in this spelling.
#   symptoms:
#     - unknown field
#     - the container runs as ContainerAdministrator, although the manifest names another user
#   needs: [security.unusual]
#   appliesBy: [windowsOptions]
#   fields:
#     - spec.securityContext.windowsOptions.*
#     - spec.{initContainers,containers,ephemeralContainers}[*].securityContext.windowsOptions.*
package lib.windows.rules.windows_options

import data.lib.windows.fix
import data.lib.windows.options
import data.lib.windows.os
import data.lib.windows.result
import data.lib.windows.spelling

# windowsOptions can be all that says Windows. In a Linux pod, the rule linux-windows-options asks to remove them.
applies if {
	options.anywhere
	not os.name == "linux"
}

finding contains result.warn(rego.metadata.chain(), object.union_n([_at(entry, key), _fix(entry, key), {
	"says": concat(" ", ["The API server knows no such field and drops it.", _remedy(key)]),
	"enforcedBy": "advice",
	"because": "windowsOptions is set",
}])) if {
	not os.name == "linux"
	some [entry, key] in _unknown
}

# The set fields that the API does not have: a set of [an entry of lib.windows.options, the field's name].
_unknown contains [entry, key] if {
	some entry in options.entries
	some key in (object.keys(entry.options) - _fields)
	entry.options[key] != null
}

# The fields of WindowsSecurityContextOptions (k8s.io/api/core/v1, v0.37.2).
_fields := {"gmsaCredentialSpec", "gmsaCredentialSpecName", "hostProcess", "runAsUserName"}

_at(entry, key) := object.union(entry.at, {"field": concat(".", [entry.field, key])})

_remedy(key) := sprintf("Did you mean %s?", [spelling.closest(key, _fields)]) if {
	spelling.closest(key, _fields)
} else := "Remove the field."

# The fix, if only the case of the letters differs and the right field is free. hostProcess gives a container the rights
# of the node, so no fix sets it.
_fix(entry, key) := {"fix": fix.rename(_at(entry, key).field, _at(entry, meant).field)} if {
	meant := spelling.closest(key, _fields)
	spelling.same(key, meant)
	meant != "hostProcess"
	object.get(entry.options, meant, null) == null
} else := {}
