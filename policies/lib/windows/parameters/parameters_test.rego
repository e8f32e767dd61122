package lib.windows.parameters_test

import data.lib.windows.config
import data.lib.windows.parameters

_meta := [
	{"path": ["lib", "finding"], "annotations": {"custom": {"id": "wrong"}}},
	{"path": ["lib"], "annotations": {"custom": {"id": "rule", "parameters": {
		"flag": {"type": "boolean", "default": false},
		"names": {"type": "array", "items": {"type": "string"}, "default": ["a"]},
		"anything": {"type": "array", "default": []},
		"limit": {"type": "integer", "default": 3},
		"ratio": {"type": "number", "default": 0.5},
		"word": {"type": "string", "default": "w"},
		"map": {"type": "object", "default": {}},
	}}}},
]

_defaults := {
	"flag": false,
	"names": ["a"],
	"anything": [],
	"limit": 3,
	"ratio": 0.5,
	"word": "w",
	"map": {},
}

test_of[name] if {
	some name, tc in {
		"defaults": {"given": {}, "want": {}},
		"each can be set": {
			"given": {
				"flag": true,
				"names": ["b", "c"],
				"anything": [1, "x"],
				"limit": 0,
				"ratio": 1.5,
				"word": "",
				"map": {"a": [1]},
			},
			"want": {
				"flag": true,
				"names": ["b", "c"],
				"anything": [1, "x"],
				"limit": 0,
				"ratio": 1.5,
				"word": "",
				"map": {"a": [1]},
			},
		},
		"an empty list is a value": {"given": {"names": []}, "want": {"names": []}},
		"the wrong types are ignored": {
			"given": {
				"flag": "true",
				"names": "b",
				"anything": {},
				"limit": "4",
				"ratio": [],
				"word": 1,
				"map": [],
			},
			"want": {},
		},
		"null is ignored": {"given": {name: null | some name, _ in _defaults}, "want": {}},
		"a list with one item of the wrong type is ignored": {"given": {"names": ["b", 1]}, "want": {}},
		"a parameter that the rule does not have is ignored": {"given": {"other": 1}, "want": {}},
		"parameters that are not an object": {"given": ["flag"], "want": {}},
	}
	got := parameters.of(_meta) with config as {"rules": {"rule": {"parameters": tc.given}}}
	got == object.union(_defaults, tc.want)
}

test_of_a_constraint if {
	got := parameters.of(_meta) with input as {
		"review": {"object": {}},
		"parameters": {"rules": {"rule": {"parameters": {"flag": true}}}},
	}
		with config as {"rules": {"rule": {"parameters": {"limit": 9}}}}
	got == object.union(_defaults, {"flag": true})
}

test_of_a_rule_without_parameters if {
	parameters.of([{"annotations": {"custom": {"id": "rule"}}}]) == {}
}

test_of_ignores_another_rule if {
	got := parameters.of(_meta) with config as {"rules": {"wrong": {"parameters": {"flag": true}}}}
	got == _defaults
}

test_of_with_the_defaults_of_a_template[name] if {
	in_template := object.union(_defaults, {"word": "brought"})
	brought := json.patch(_meta, [{"op": "add", "path": "1/annotations/custom/defaults", "value": in_template}])
	some name, tc in {
		"nothing configured": {"config": {}, "want": "brought"},
		"another rule configured": {"config": {"rules": {"other": {}}}, "want": "brought"},
		"a wrong type configured": {"config": {"rules": {"rule": {"parameters": {"word": 1}}}}, "want": "brought"},
		"this rule configured": {"config": {"rules": {"rule": {"parameters": {"word": "x"}}}}, "want": "x"},
	}
	got := parameters.of(brought) with config as tc.config
	got.word == tc.want
}
