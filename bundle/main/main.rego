# METADATA
# title: The default namespace of conftest
# description: |
#   conftest evaluates this package if you give no -n. The OPA bundle does not contain it, because it would conflict with
#   your own package main.
package main

import data.winpolicy

# METADATA
# title: Findings with severity deny
# description: |
#   The same set as data.winpolicy.deny, {"msg", "details"}.
deny contains found if some found in winpolicy.deny

# METADATA
# title: Findings with severity warn
# description: |
#   The same set as data.winpolicy.warn, {"msg", "details"}.
warn contains found if some found in winpolicy.warn
