package lib.windows.data.kubelet_flags_test

import data.lib.windows.data.kubelet_flags
import data.lib.windows.versions

test_entries_name_a_version_and_a_source if {
	every entry in kubelet_flags.removed {
		versions.minor(entry.removed)
		kubelet_flags.sources[entry.source]
	}
}
