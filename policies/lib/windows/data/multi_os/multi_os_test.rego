package lib.windows.data.multi_os_test

import data.lib.windows.data.multi_os

test_every_entry_has_a_source if {
	every table in [multi_os.repositories, multi_os.below] {
		every entry in table {
			multi_os.sources[entry.source]
		}
	}
}
