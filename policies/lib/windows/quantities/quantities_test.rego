package lib.windows.quantities_test

import data.lib.windows.quantities

test_zero[name] if {
	some quantity in [0, 0.0, "0", "00", "0.0", "0.", ".0", "+0", "-0", "0m", "0Gi", "0e3", "0E"]
	name := sprintf("%v (%s)", [quantity, type_name(quantity)])
	quantities.zero(quantity)
}

test_not_zero[name] if {
	some quantity in [1, 0.5, -1, "1", "0.001", "1n", "10", "0x", "100m", "", ".", "m", "zero", null, true, [0], {}]
	name := sprintf("%v (%s)", [quantity, type_name(quantity)])
	not quantities.zero(quantity)
}

test_same[name] if {
	some pair in [
		["1Gi", "1024Mi"], ["1Gi", "1073741824"], ["1Gi", 1073741824], ["0.5Gi", "512Mi"], ["1.5Ki", 1536],
		["1", "1000m"], ["1", 1], ["0.1", "100m"], ["100m", 0.1], [1000, "1k"], ["1M", "1000k"], ["1G", "1e9"],
		["1E", "1000P"], ["1E3", "1k"], ["12e6", "12M"], ["5e-1", "500m"], ["5e+2", "500"], ["1e06", "1M"],
		["1u", "1000n"], ["0", "0Gi"], ["1.", "1"], [".5", "500m"], ["+2", "2.00"], ["007", "7"], ["1Ti", "1024Gi"],
		["1Pi", "1024Ti"], ["1Ei", "1024Pi"], ["0.1Gi", "107374182.4"], ["1T", "1000G"], ["1P", "1000T"],
		[123456789012, "123456789012"], ["9007199254740993", 9007199254740993],
	]
	name := sprintf("%v", [pair])
	quantities.same(pair[0], pair[1])
	quantities.same(pair[1], pair[0])
}

test_not_same[name] if {
	some pair in [
		["1Gi", "1G"], ["1", "1m"], ["1k", "1Ki"], ["1", 2], ["0.1", "0.10000001"], ["1e3", "1e-3"],
		["9007199254740993", "9007199254740992"], ["x", "x"], ["", ""], [".", "."], ["Gi", "Gi"], ["-1", "-1"],
		[null, null], [true, true], [[], []], ["1 Gi", "1 Gi"], ["1gi", "1gi"], ["1e100", "1e100"],
	]
	name := sprintf("%v", [pair])
	not quantities.same(pair[0], pair[1])
}
