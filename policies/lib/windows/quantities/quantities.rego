# METADATA
# title: Amounts of resources
# description: |
#   A quantity is a number, or a string of a number and a suffix: 1, "0.5", "500m", "1Gi", "12e6" (k8s.io/apimachinery,
#   pkg/api/resource). Two different strings can be the same quantity. A value that is not a quantity is never zero,
#   positive or the same as another.
package lib.windows.quantities

# Whether a quantity is zero, in any spelling.
zero(quantity) if regex.match(_nothing, sprintf("%v", [quantity]))

# Whether a quantity is greater than zero.
positive(quantity) if _read(quantity).number > 0

_nothing := concat("", [`^[+-]?(?:0+\.?0*|\.0+)`, _suffix, "$"])

# Whether two quantities are the same amount.
same(one, other) if {
	a := _read(one)
	b := _read(other)
	shift := min({a.exponent, b.exponent})
	(a.number * a.factor) * _power_of_ten(a.exponent - shift) == (b.number * b.factor) * _power_of_ten(b.exponent - shift)
}

# The parts of a quantity: {"number": a whole number, "factor": a power of 1024, "exponent": of ten}. 1.5Ki is
# 15 * 1024 * 10^-1. Whole numbers keep the comparison exact.
_read(quantity) := {
	"number": _whole(concat("", [before, after])),
	"factor": object.get(_binary, suffix, 1),
	"exponent": _exponent(suffix) - count(after),
} if {
	text := sprintf("%v", [quantity])
	[_, before, after, suffix] := regex.find_all_string_submatch_n(_grammar, text, 1)[0]
	concat("", [before, after]) != ""
}

_grammar := concat("", [`^\+?(\d{0,30})\.?(\d{0,30})`, _suffix, "$"])

_suffix := `(n|u|m|k|[KMGTPE]i|[MGTPE]|[eE][+-]?\d{1,2})?`

_whole(digits) := to_number(significant) if {
	significant := trim_left(digits, "0")
	significant != ""
} else := 0

_binary := {
	"Ki": 1024,
	"Mi": 1048576,
	"Gi": 1073741824,
	"Ti": 1099511627776,
	"Pi": 1125899906842624,
	"Ei": 1152921504606846976,
}

_decimal := {"n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18}

_exponent(suffix) := 0 - _whole(trim_left(suffix, "eE-")) if {
	regex.match(`^[eE]-`, suffix)
} else := _whole(trim_left(suffix, "eE+")) if {
	regex.match(`^[eE][+\d]`, suffix) # not the suffixes E and Ei
} else := object.get(_decimal, suffix, 0)

_power_of_ten(exponent) := to_number(sprintf("1e%d", [exponent]))
