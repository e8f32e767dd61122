# METADATA
# title: The message of a violation
# description: |
#   Gatekeeper shows only the message of a violation, and audit keeps 256 bytes of it. All rules of a Constraint share its
#   list. So in a template a message begins with its rule, and ends with the command that explains the rule.
package lib.windows.violation

# The message of a finding in a template: "RULE: FIELD: TEXT (winpolicy explain RULE)". It has at most 256 bytes. The field
# comes from the object, so every character in it that is not printable ASCII becomes "?". If the whole is too long, the
# beginning of the field is missing; details.field has all of it.
message(found) := _cut(sprintf("%s: ", [rule]), text) if {
	rule := found.details.rule
	explained := replace(found.msg, sprintf("(%s", [rule]), sprintf("(winpolicy explain %s", [rule]))
	text := regex.replace(explained, `[^ -~]`, "?")
}

_cut(begin, text) := concat("", [begin, text]) if {
	count(begin) + count(text) <= _longest
} else := concat("", [begin, "...", substring(text, ((count(text) + count(begin)) + 3) - _longest, -1)])

# pkg/audit of Gatekeeper v3.23.1 cuts a message there.
_longest := 256
