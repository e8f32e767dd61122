package lib.windows.data.handlers_test

import data.lib.windows.data.handlers

test_sources_are_those_of_the_entries if object.keys(handlers.sources) == {entry.source | some entry in handlers.linux_only}
