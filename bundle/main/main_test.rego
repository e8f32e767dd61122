package main_test

import data.lib.windows.testing_test as testing
import data.main
import data.winpolicy

test_main_names_the_object[severity] if {
	some severity, pod in {
		"deny": testing.windows_pod({"hostPID": true}),
		"warn": testing.inferred_pod({"hostPID": true}),
	}
	got := main[severity] with input as pod
	want := winpolicy[severity] with input as pod
	got == {{
		"msg": concat("", ["Pod/shop/web: ", found.msg]),
		"details": object.union(found.details, {"object": "Pod/shop/web"}),
	} |
		some found in want
	}
	count(got) == 1
}

test_main_is_the_same_as_winpolicy[name] if {
	some name, value in {
		"no finding": testing.windows_pod({}),
		"combined": [{"path": "a.yaml", "contents": testing.windows_pod({"hostPID": true})}],
		"nothing": null,
	}
	got := {"deny": main.deny, "warn": main.warn} with input as value
	want := {"deny": winpolicy.deny, "warn": winpolicy.warn} with input as value
	got == want
}

test_deny_and_warn if {
	denied := main.deny with input as testing.windows_pod({"hostPID": true})
	count(denied) == 1
	warned := main.warn with input as testing.inferred_pod({"hostPID": true})
	count(warned) == 1
}
