# METADATA
# title: The required node affinity of a pod
# description: |
#   As the scheduler reads it (k8s.io/component-helpers/scheduling/corev1/nodeaffinity): terms are alternatives, the
#   expressions of a term hold together, and a term without any matches no node. What is preferred is not required.
package lib.windows.node_affinity

import data.lib.windows.subject

# The path of the terms.
field := subject.pod_field(concat(".", [
	"affinity",
	"nodeAffinity",
	"requiredDuringSchedulingIgnoredDuringExecution",
	"nodeSelectorTerms",
]))

# Whether any term is given, even one that matches no node.
given if count(_given) > 0

# The terms that can match a node: [{"number": from 1, as messages count, "field": the path, "expressions": of labels,
# "fields": of metadata.name}].
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

# Whether every one of the terms, and there is one, has an expression about the label with one of the operators.
all_ask(alternatives, label, operators) if {
	count(alternatives) > 0
	every term in alternatives {
		_asks(term.expressions, label, operators)
	}
}

# Whether every term names the node itself: by its name, or by the label kubernetes.io/hostname.
names_node if {
	count(terms) > 0
	every term in terms {
		_asks(array.concat(term.fields, term.expressions), _node_keys[_], {"In"})
	}
}

_node_keys := ["metadata.name", "kubernetes.io/hostname"]

# The values of a label that a term with an In expression for it leaves.
values(term, label) := intersection(_value_sets(term, label, "In")) - union(_value_sets(term, label, "NotIn"))

# Every value that an In expression gives for a label: {"value", "field": its path, "number": that of the term}.
named(label) := {{
	"value": value,
	"field": sprintf("%s.matchExpressions[%d].values[%d]", [term.field, index, place]),
	"number": term.number,
} |
	some term in terms
	some index, expression in term.expressions
	expression.key == label
	expression.operator == "In"
	some place, value in expression.values
}

_given := listed if {
	listed := subject.pod.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms
	is_array(listed)
}

_list(term, part) := term[part] if {
	is_array(term[part])
} else := []

_asks(expressions, key, operators) if {
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
