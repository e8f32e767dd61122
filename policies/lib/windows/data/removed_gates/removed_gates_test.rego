package lib.windows.data.removed_gates_test

import data.lib.windows.data.removed_gates
import data.lib.windows.versions

test_entries_name_a_version_and_a_source if {
	every entry in removed_gates.gates {
		versions.minor(entry.removed) <= [1, 35]
		removed_gates.sources[entry.source]
	}
}
