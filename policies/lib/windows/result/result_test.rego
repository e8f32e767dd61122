package lib.windows.result_test

import data.lib.windows.result
import data.lib.windows.testing_test as testing

_meta := [
	{"path": ["lib", "finding"], "annotations": {"custom": {"id": "wrong"}}},
	{"path": ["lib"], "annotations": {"custom": {"id": "a-rule"}}},
]

_about := {"field": "spec.x", "says": "bad; remove it", "enforcedBy": "advice"}

test_severity[severity] if {
	some severity, got in {
		"deny": result.deny(_meta, _about),
		"warn": result.warn(_meta, _about),
		"note": result.note(_meta, _about),
	} with input as testing.windows_pod({})
	got == {
		"msg": "spec.x: bad; remove it (a-rule)",
		"details": {
			"rule": "a-rule",
			"severity": severity,
			"field": "spec.x",
			"because": "spec.os.name is windows",
			"enforcedBy": "advice",
		},
	}
}

test_more_details if {
	more := {"container": "app", "because": "of that", "fix": [{"op": "add", "path": "/a", "value": 1}]}
	got := result.deny(_meta, object.union(_about, more)) with input as testing.windows_pod({})
	got.details == object.union(more, {
		"rule": "a-rule",
		"severity": "deny",
		"field": "spec.x",
		"enforcedBy": "advice",
	})
}

test_category[name] if {
	some name, tc in {
		"selected by default": {"custom": {"category": "placement"}, "parameters": {}, "want": 1},
		"selected by name": {"custom": {"category": "placement"}, "parameters": {"categories": ["placement"]}, "want": 1},
		"not selected": {"custom": {"category": "placement"}, "parameters": {"categories": ["restrictions"]}, "want": 0},
		"a rule without category": {"custom": {}, "parameters": {"categories": ["restrictions"]}, "want": 1},
	}
	meta := [{"annotations": {"custom": object.union({"id": "a-rule"}, tc.custom)}}]
	got := {found | found := result.deny(meta, _about)} with input as {
		"review": {"object": testing.windows_pod({})},
		"parameters": tc.parameters,
	}
	count(got) == tc.want
}

test_because_of_an_input_without_os[name] if {
	some value in [null, true, 1, "x", [], {}]
	name := sprintf("%v", [value])
	got := result.warn(_meta, _about) with input as value
	got.details.because == "nothing names the OS of the pod"
}

test_long_field_is_cut_only_in_the_message[name] if {
	rest := ": bad; remove it (a-rule)"
	some name, tc in {
		"the longest that fits": {"length": 200 - count(rest), "shown": 200 - count(rest), "end": ""},
		"one character too long": {"length": 201 - count(rest), "shown": 197 - count(rest), "end": "..."},
		"much too long": {"length": 5000, "shown": 197 - count(rest), "end": "..."},
	}
	field := _text(tc.length)
	got := result.warn(_meta, object.union(_about, {"field": field})) with input as testing.windows_pod({})
	got.msg == concat("", [_text(tc.shown), tc.end, rest])
	got.details.field == field
}

_text(length) := concat("", [letter | some _ in numbers.range(1, length); letter := "x"])
