package admission

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// literal writes a value, as encoding/json decodes it, as a CEL literal. A map from names to lists or texts stays a map. Of
// another map only the keys are written, as a list, because a CEL map has values of one type.
func literal(value any) (string, error) {
	switch value := value.(type) {
	case string:
		return quote(value), nil
	case bool:
		return fmt.Sprint(value), nil
	case []any:
		return list(value)
	case map[string]any:
		if isTable(value) {
			return literal(keys(value))
		}
		var entries []string
		for _, name := range slices.Sorted(maps.Keys(value)) {
			text, err := literal(value[name])
			if err != nil {
				return "", fmt.Errorf("%s: %w", name, err)
			}
			entries = append(entries, quote(name)+": "+text)
		}
		return "{" + strings.Join(entries, ", ") + "}", nil
	default:
		return "", fmt.Errorf("%v: only texts, booleans, lists and objects of them have a literal", value)
	}
}

func list(values []any) (string, error) {
	var items []string
	for i, item := range values {
		text, err := literal(item)
		if err != nil {
			return "", fmt.Errorf("[%d]: %w", i, err)
		}
		items = append(items, text)
	}
	return "[" + strings.Join(items, ", ") + "]", nil
}

// isTable reports whether the values of a map are objects, as those of the tables of data are.
func isTable(value map[string]any) bool {
	for _, item := range value {
		if _, ok := item.(map[string]any); ok {
			return true
		}
	}
	return false
}

func keys(value map[string]any) []any {
	var all []any
	for _, name := range slices.Sorted(maps.Keys(value)) {
		all = append(all, name)
	}
	return all
}

// quote writes a text as a CEL string. Only the backslash and the quote need an escape in one line of printable text; a
// control character gets a numeric one.
func quote(text string) string {
	var quoted strings.Builder
	quoted.WriteByte('\'')
	for _, r := range text {
		switch {
		case r == '\\' || r == '\'':
			quoted.WriteByte('\\')
			quoted.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&quoted, `\u%04x`, r)
		default:
			quoted.WriteRune(r)
		}
	}
	quoted.WriteByte('\'')
	return quoted.String()
}
