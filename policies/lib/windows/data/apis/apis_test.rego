package lib.windows.data.apis_test

import data.lib.windows.data.apis

test_sources_are_those_of_the_entries if object.keys(apis.sources) == {entry.source | some entry in apis.served} | {entry.source | some entry in apis.removed}
