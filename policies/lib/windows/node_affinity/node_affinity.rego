# METADATA
# title: The required node affinity of a pod
# description: |
#   The affinity as the scheduler reads it (k8s.io/component-helpers/scheduling/corev1/nodeaffinity). A node must match
#   one of the terms, and every expression of that term. A term without expressions matches no node. Preferred affinity
#   is not read.
package lib.windows.node_affinity

import data.lib.windows.subject

# The path of the list of terms, as the API server writes it.
field := subject.pod_field(concat(".", [
	"affinity",
	"nodeAffinity",
	"requiredDuringSchedulingIgnoredDuringExecution",
	"nodeSelectorTerms",
]))

# Whether the pod has a term, even one that matches no node.
given if count(_given) > 0

# The terms that can match a node: an array of {"number": counted from 1, for messages, "field": the path of the term,
# "expressions": its matchExpressions, "fields": its matchFields}.
default terms := []

terms := [{
	"number": index + 1,
	"field": sprintf("%s[%d]", [field, index]),
	"expressions": expressions,
	"fields": fields,
} |
	some index, term in _given
	expressions := _list(term, "matchExpressions")
	fields := _list(term, "matchFields")
	count(expressions) + count(fields) > 0
] if {
	subject.pod.affinity
}

# Whether there are terms and each has an expression about the label, with one of the operators. alternatives is an array
# of terms, operators a set of names.
every_term_has(alternatives, label, operators) if {
	count(alternatives) > 0
	every term in alternatives {
		_has(term.expressions, label, operators)
	}
}

# Whether every term names the node: by metadata.name, or by the label kubernetes.io/hostname.
names_node if {
	count(terms) > 0
	every term in terms {
		_has(array.concat(term.fields, term.expressions), _node_keys[_], {"In"})
	}
}

_node_keys := ["metadata.name", "kubernetes.io/hostname"]

# The values of a label that a term allows: a set of strings. The term must have an In expression for the label.
values(term, label) := intersection(_value_sets(term, label, "In")) - union(_value_sets(term, label, "NotIn"))

# The values that expressions with an operator name for a label: a set of {"value", "field": its path, "number": the term's
# number, "beside": all values of the expression, a set}.
named(label, operator) := {{
	"value": value,
	"field": sprintf("%s.matchExpressions[%d].values[%d]", [term.field, index, place]),
	"number": term.number,
	"beside": beside,
} |
	some term in terms
	some index, expression in term.expressions
	expression.key == label
	expression.operator == operator
	beside := {other | some other in expression.values}
	some place, value in expression.values
}

_given := listed if {
	listed := subject.pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms
	is_array(listed)
}

_list(term, part) := term[part] if {
	is_array(term[part])
} else := []

_has(expressions, key, operators) if {
	some expression in expressions
	expression.key == key
	expression.operator in operators
}

_value_sets(term, label, operator) := {texts |
	some expression in term.expressions
	expression.key == label
	expression.operator == operator
	texts := {value | some value in expression.values; is_string(value)}
}
