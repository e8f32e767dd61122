package lib.windows.violation_test

import data.lib.windows.violation

_long := concat("", [sprintf("%d", [i % 10]) | some i in numbers.range(1, 240)])

test_message[name] if {
	some name, tc in {
		"a finding": {
			"msg": "spec.hostPID: Windows has none. Remove it. (host-namespaces)",
			"want": "host-namespaces: spec.hostPID: Windows has none. Remove it. (winpolicy explain host-namespaces)",
		},
		"an exception that expired": {
			"msg": "spec.hostPID: Remove it. (host-namespaces, exception expired 2026-01-01)",
			"want": "host-namespaces: spec.hostPID: Remove it. (winpolicy explain host-namespaces, exception expired 2026-01-01)",
		},
		"a field of other letters": {
			"msg": "metadata.labels[한\n]: Remove it. (host-namespaces)",
			"want": "host-namespaces: metadata.labels[??]: Remove it. (winpolicy explain host-namespaces)",
		},
	}
	got := violation.message({"msg": tc.msg, "details": {"rule": "host-namespaces"}})
	got == tc.want
}

test_message_is_not_cut_by_audit if {
	got := violation.message({"msg": concat("", [_long, ": Remove it. (host-namespaces)"]), "details": {"rule": "host-namespaces"}})
	count(got) == 256
	startswith(got, "host-namespaces: ...")
	endswith(got, "90: Remove it. (winpolicy explain host-namespaces)")
}
