package lib.windows.data.provisioners_test

import data.lib.windows.data.provisioners

test_entries_name_a_source if {
	every table in [provisioners.volumes, provisioners.in_tree, provisioners.drivers, provisioners.limited_drivers] {
		every entry in table {
			provisioners.sources[entry.source]
		}
	}
}

# A driver has one answer.
test_tables_have_no_driver_in_common if {
	object.keys(provisioners.drivers) & object.keys(provisioners.limited_drivers) == set()
	object.keys(provisioners.drivers) & object.keys(provisioners.in_tree) == set()
}
