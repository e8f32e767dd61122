# METADATA
# title: The default namespace of conftest
# description: |
#   conftest evaluates this package if you give no -n. The OPA bundle does not contain it, because it would conflict with
#   your own package main. Each message begins with its object: "Deployment/shop/web: …".
package main

import data.lib.windows.subject
import data.winpolicy

# METADATA
# title: Findings with severity deny
# description: |
#   The set data.winpolicy.deny, {"msg", "details"}.
deny contains _named(found) if some found in winpolicy.deny

# METADATA
# title: Findings with severity warn
# description: |
#   The set data.winpolicy.warn, {"msg", "details"}.
warn contains _named(found) if some found in winpolicy.warn

# If the input contains several objects, winpolicy has named the object of each finding.
_named(found) := found if {
	found.details.object
} else := {
	"msg": concat(": ", [winpolicy.name(subject.resource), found.msg]),
	"details": object.union(found.details, {"object": winpolicy.name(subject.resource)}),
}
