package lib.windows.data.gates_test

import data.lib.windows.data.gates
import data.lib.windows.data.removed_gates
import data.lib.windows.versions

test_entries_name_a_version_and_a_source if {
	every entry in gates.removed {
		versions.minor(entry.removed) > [1, 35]
		gates.sources[entry.source]
	}
	every entry in gates.locked {
		versions.minor(entry.from)
		is_boolean(entry.to)
		gates.sources[entry.source]
	}
}

# A gate that no supported version knows is in the other table.
test_tables_have_no_gate_in_common if {
	object.keys(gates.removed) & object.keys(removed_gates.gates) == set()
	object.keys(gates.locked) & object.keys(removed_gates.gates) == set()
}

# Kubernetes locks a gate before it removes the gate.
test_gates_are_locked_before_they_are_removed if {
	every name, entry in gates.removed {
		locked := object.get(gates.locked, name, {"from": "1.0"})
		versions.minor(locked.from) < versions.minor(entry.removed)
	}
}
