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

# A denial of an injected container tells where the container comes from. Anything else yields to mixed-os.
test_injected_container[name] if {
	some name, tc in {
		"a remedy in a sentence": {"says": "Bad, so the API server rejects v1.30. Remove spec.os.name.", "want": "Bad, so the API server rejects v1.30"},
		"a remedy behind a semicolon": {"says": "bad; remove it", "want": "bad"},
		"no remedy": {"says": "Bad.", "want": "Bad"},
	}
	about := {"field": "spec.x", "says": tc.says, "enforcedBy": "advice", "container": "proxy", "fix": [{"op": "add"}]}
	got := result.deny(_meta, about) with input as _injected
	got == {
		"msg": sprintf("spec.x: %s. A webhook injected this container. (a-rule)", [tc.want]),
		"details": {
			"rule": "a-rule",
			"severity": "deny",
			"field": "spec.x",
			"because": "spec.os.name is windows",
			"enforcedBy": "advice",
			"container": "proxy",
		},
	}
	every graded in [result.warn(_meta, about), result.note(_meta, about)] {
		graded.yieldsTo == ["mixed-os"]
		graded.details.fix == about.fix
	} with input as _injected
}

test_injected_container_of_a_rule_that_yields if {
	meta := [{"annotations": {"custom": {"id": "a-rule", "yieldsTo": ["b-rule"]}}}]
	got := result.warn(meta, object.union(_about, {"container": "proxy"})) with input as _injected
	got.yieldsTo == ["b-rule", "mixed-os"]
}

test_no_injected_container[name] if {
	some name, tc in {
		"another container": {"id": "a-rule", "more": {"container": "app"}},
		"the pod": {"id": "a-rule", "more": {}},
		"a container that does not exist": {"id": "a-rule", "more": {"container": "other"}},
		"what mixed-os says of the image": {"id": "mixed-os", "more": {"container": "proxy"}},
	}
	meta := [{"annotations": {"custom": {"id": tc.id}}}]
	got := result.deny(meta, object.union(_about, tc.more)) with input as _injected
	got.msg == sprintf("spec.x: bad; remove it (%s)", [tc.id])
	not got.yieldsTo
}

_injected := testing.windows_pod({"containers": [
	{"name": "proxy", "image": "docker.io/istio/proxyv2:1.22.1"},
	{"name": "app", "image": "mcr.microsoft.com/windows/servercore:ltsc2022"},
]})

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
