# METADATA
# title: conftest's default namespace
# description: |
#   What conftest reports without -n. It is not part of the OPA bundle, where it would fight a user's own main.
package main

import data.winpolicy

# METADATA
# title: What is refused, or cannot run
deny contains answer if some answer in winpolicy.deny

# METADATA
# title: What is ignored, or bites
warn contains answer if some answer in winpolicy.warn
