package lib.windows.data.node_labels_test

import data.lib.windows.data.node_labels
import data.lib.windows.placement

test_control_plane_labels_are_those_of_placement if {
	every label in placement.control_plane_labels {
		node_labels.linux[label]
	}
}

test_every_entry_has_a_source if {
	every table in [node_labels.linux, node_labels.devices] {
		every entry in table {
			node_labels.sources[entry.source]
		}
	}
}
