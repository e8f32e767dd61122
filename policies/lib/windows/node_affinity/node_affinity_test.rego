package lib.windows.node_affinity_test

import data.lib.windows.node_affinity
import data.lib.windows.testing_test as testing

_field := "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"

_pod(terms) := testing.pod({"affinity": {"nodeAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": {
	"nodeSelectorTerms": terms,
}}}})

_expression(key, operator, values) := {"key": key, "operator": operator, "values": values}

_zone := {"key": "zone", "operator": "Exists"}

_name := _expression("metadata.name", "In", ["node-1"])

test_terms[name] if {
	some name, tc in {
		"none": {"terms": [], "want": []},
		"without expressions, which match no node": {"terms": [{}, {"matchExpressions": [], "matchFields": null}], "want": []},
		"of the wrong type": {"terms": [null, "x", {"matchExpressions": "x"}], "want": []},
		"not a list": {"terms": "x", "want": []},
		"one": {"terms": [{"matchExpressions": [_zone]}], "want": [_term(1, [_zone], [])]},
		"only fields": {"terms": [{"matchFields": [_name]}], "want": [_term(1, [], [_name])]},
		"beside null": {
			"terms": [{"matchExpressions": null, "matchFields": [_name]}],
			"want": [_term(1, [], [_name])],
		},
		"numbered by their position": {
			"terms": [{}, {"matchExpressions": [_zone], "matchFields": [_name]}, {"matchExpressions": [_zone]}],
			"want": [_term(2, [_zone], [_name]), _term(3, [_zone], [])],
		},
	}
	got := node_affinity.terms with input as _pod(tc.terms)
	got == tc.want
}

_term(number, expressions, fields) := {
	"number": number,
	"field": sprintf("%s[%d]", [_field, number - 1]),
	"expressions": expressions,
	"fields": fields,
}

test_no_terms[name] if {
	some name, affinity in {
		"null": null,
		"a string": "windows",
		"of pods": {"podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "zone"}]}},
		"preferred": {"nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{
			"weight": 1,
			"preference": {"matchExpressions": [_zone]},
		}]}},
	}
	got := node_affinity.terms with input as testing.pod({"affinity": affinity})
	got == []
	not node_affinity.given with input as testing.pod({"affinity": affinity})
}

test_given[name] if {
	some name, tc in {
		"a term": {"terms": [{"matchExpressions": [_zone]}], "want": {true}},
		"a term that matches no node": {"terms": [{}], "want": {true}},
		"no terms": {"terms": [], "want": set()},
		"not a list": {"terms": {"a": {}}, "want": set()},
	}
	got := {true | node_affinity.given} with input as _pod(tc.terms)
	got == tc.want
}

test_field_of_a_workload if {
	got := node_affinity.field with input as testing.carrier("batch/v1", "CronJob", {})
	got == concat(".", ["spec.jobTemplate.spec.template", _field])
}

test_every_term_has[name] if {
	some name, tc in {
		"the only one": {"terms": [{"matchExpressions": [_zone]}], "want": {true}},
		"each": {
			"terms": [
				{"matchExpressions": [_expression("disk", "In", ["ssd"]), _zone]},
				{"matchExpressions": [_expression("zone", "In", ["a"])]},
			],
			"want": {true},
		},
		"one of two": {"terms": [{"matchExpressions": [_zone]}, {"matchFields": [_name]}], "want": set()},
		"by another operator": {"terms": [{"matchExpressions": [_expression("zone", "NotIn", ["a"])]}], "want": set()},
		"none": {"terms": [], "want": set()},
	}
	got := {true | node_affinity.every_term_has(node_affinity.terms, "zone", {"In", "Exists"})} with input as _pod(tc.terms)
	got == tc.want
}

test_names_node[name] if {
	some name, tc in {
		"by its name": {"terms": [{"matchFields": [_name]}], "want": {true}},
		"by its label": {
			"terms": [{"matchExpressions": [_expression("kubernetes.io/hostname", "In", ["node-1"])]}],
			"want": {true},
		},
		"by name or label": {
			"terms": [
				{"matchFields": [_name]},
				{"matchExpressions": [_zone, _expression("kubernetes.io/hostname", "In", ["node-1"])]},
			],
			"want": {true},
		},
		"in one term of two": {"terms": [{"matchFields": [_name]}, {"matchExpressions": [_zone]}], "want": set()},
		"NotIn": {"terms": [{"matchFields": [object.union(_name, {"operator": "NotIn"})]}], "want": set()},
		"nothing": {"terms": [], "want": set()},
	}
	got := {true | node_affinity.names_node} with input as _pod(tc.terms)
	got == tc.want
}

test_values[name] if {
	some name, tc in {
		"one list": {"expressions": [_expression("zone", "In", ["a", "b"])], "want": {"a", "b"}},
		"two lists: the common values": {
			"expressions": [_expression("zone", "In", ["a", "b"]), _expression("zone", "In", ["b", "c"])],
			"want": {"b"},
		},
		"without excluded values": {
			"expressions": [_expression("zone", "In", ["a", "b"]), _expression("zone", "NotIn", ["b"])],
			"want": {"a"},
		},
		"two lists without common values": {
			"expressions": [_expression("zone", "In", ["a"]), _expression("zone", "In", ["b"])],
			"want": set(),
		},
		"another label": {
			"expressions": [_expression("zone", "In", ["a"]), _expression("disk", "In", ["ssd"])],
			"want": {"a"},
		},
		"a value of the wrong type": {"expressions": [_expression("zone", "In", ["a", 1])], "want": {"a"}},
	}
	node_affinity.values({"expressions": tc.expressions}, "zone") == tc.want
}

test_named[name] if {
	some name, tc in {
		"In": {"operator": "In", "want": {
			{"value": "a", "field": _value(0, 1, 0), "number": 1, "beside": {"a", 1}},
			{"value": 1, "field": _value(0, 1, 1), "number": 1, "beside": {"a", 1}},
		}},
		"NotIn": {"operator": "NotIn", "want": {{"value": "b", "field": _value(1, 0, 0), "number": 2, "beside": {"b"}}}},
	}
	got := node_affinity.named("zone", tc.operator) with input as _pod([
		{"matchExpressions": [_expression("disk", "In", ["ssd"]), _expression("zone", "In", ["a", 1])]},
		{"matchExpressions": [_expression("zone", "NotIn", ["b"]), _zone]},
	])
	got == tc.want
}

_value(term, expression, value) := sprintf("%s[%d].matchExpressions[%d].values[%d]", [_field, term, expression, value])
