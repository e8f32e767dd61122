package manifest

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"

	"github.com/open-policy-agent/opa/v1/ast"
	"go.yaml.in/yaml/v3"
)

// isPlain tells whether a scalar is written without quotes and not as a block.
func isPlain(n *yaml.Node) bool {
	return n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle|yaml.LiteralStyle|yaml.FoldedStyle) == 0
}

// keyText returns the text of a key as kubectl reads it: `on` is "true" and
// 0x10 is "16".
func keyText(n *yaml.Node) string {
	if !isPlain(n) || n.Style&yaml.TaggedStyle != 0 {
		return n.Value
	}
	switch value := plainValue(n.Value).(type) {
	case bool:
		return strconv.FormatBool(value)
	case int64:
		return strconv.FormatInt(value, 10)
	}
	return n.Value
}

// scalarTerm returns the value of a scalar, or false if no JSON value is sure.
func scalarTerm(n *yaml.Node) (*ast.Term, bool) {
	if !isPlain(n) {
		return ast.StringTerm(n.Value), true
	}
	switch value := plainValue(n.Value).(type) {
	case nil:
		return ast.InternedNullTerm, true
	case string:
		return ast.StringTerm(value), true
	case bool:
		return ast.InternedTerm(value), true
	case int64:
		return ast.NumberTerm(json.Number(strconv.FormatInt(value, 10))), true
	case uint64:
		return ast.NumberTerm(json.Number(strconv.FormatUint(value, 10))), true
	case float64:
		text, err := json.Marshal(value) // an error for NaN and infinity
		return ast.NumberTerm(json.Number(text)), err == nil
	}
	return nil, false
}

// plainValue returns what a plain scalar is in YAML 1.1 as kubectl reads it:
// nil, a bool, an int64, a uint64, a float64 or a string.
func plainValue(text string) any {
	if text == "" {
		return nil
	}
	switch first := text[0]; {
	case first == '.':
		return dotValue(text)
	case first >= '0' && first <= '9' || first == '+' || first == '-':
		return numberValue(text)
	case strings.IndexByte("yYnNtTfFoO~", first) < 0 || len(text) > len("false"):
		return text
	}
	switch text {
	case "~", "null", "Null", "NULL":
		return nil
	case "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON":
		return true
	case "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF":
		return false
	}
	return text
}

// dotValue reads a scalar that begins with a dot.
func dotValue(text string) any {
	if value, err := strconv.ParseFloat(text, 64); err == nil {
		return value
	}
	switch text {
	case ".nan", ".NaN", ".NAN":
		return math.NaN()
	case ".inf", ".Inf", ".INF":
		return math.Inf(1)
	}
	return text
}

// numberValue reads a scalar that begins with a digit or a sign.
func numberValue(text string) any {
	switch text {
	case "+.inf", "+.Inf", "+.INF":
		return math.Inf(1)
	case "-.inf", "-.Inf", "-.INF":
		return math.Inf(-1)
	}
	if isDate(text) {
		return text
	}
	plain := strings.ReplaceAll(text, "_", "")
	if value, err := strconv.ParseInt(plain, 0, 64); err == nil {
		return value
	}
	if value, err := strconv.ParseUint(plain, 0, 64); err == nil {
		return value
	}
	if isFloat(plain) {
		if value, err := strconv.ParseFloat(plain, 64); err == nil {
			return value
		}
	}
	return binaryValue(text, plain)
}

// binaryValue reads 0b1010, which may be negative.
func binaryValue(text, plain string) any {
	digits, negative := strings.CutPrefix(plain, "-")
	digits, ok := strings.CutPrefix(digits, "0b")
	if !ok {
		return text
	}
	if negative {
		if value, err := strconv.ParseInt("-"+digits, 2, 64); err == nil {
			return value
		}
		return text
	}
	if value, err := strconv.ParseUint(digits, 2, 64); err == nil && value <= math.MaxInt64 {
		return int64(value)
	} else if err == nil {
		return value
	}
	return text
}

// isDate tells whether a text begins with four digits and a dash. A timestamp
// is text to kubectl, and what looks like one is no number either.
func isDate(text string) bool {
	return len(text) > 4 && text[4] == '-' && digitsIn(text[:4]) == 4
}

// isFloat tells whether a text is a number with digits, perhaps a point, and
// perhaps an exponent.
func isFloat(text string) bool {
	text = strings.TrimLeft(text[:1], "+-") + text[1:]
	whole := digitsIn(text)
	text = text[whole:]
	if rest, ok := strings.CutPrefix(text, "."); ok {
		part := digitsIn(rest)
		if text = rest[part:]; whole+part == 0 {
			return false
		}
	} else if whole == 0 {
		return false
	}
	if text == "" {
		return true
	}
	if text[0] != 'e' && text[0] != 'E' {
		return false
	}
	text = text[1:]
	if text != "" {
		text = strings.TrimLeft(text[:1], "+-") + text[1:]
	}
	return text != "" && digitsIn(text) == len(text)
}

// digitsIn counts the digits with which a text begins.
func digitsIn(text string) int {
	n := 0
	for n < len(text) && text[n] >= '0' && text[n] <= '9' {
		n++
	}
	return n
}
