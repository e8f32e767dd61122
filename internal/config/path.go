package config

import (
	"fmt"
	"strings"
)

// field writes a path as the API server does: rules.toleration.parameters.taints[0].
func field(path []string) string {
	var text strings.Builder
	for _, key := range path {
		switch {
		case strings.Trim(key, "0123456789") == "" || strings.ContainsAny(key, "./[]"):
			fmt.Fprintf(&text, "[%s]", key)
		case text.Len() > 0:
			text.WriteString("." + key)
		default:
			text.WriteString(key)
		}
	}
	return text.String()
}

func texts(values []any) []string {
	all := make([]string, len(values))
	for i, value := range values {
		all[i] = fmt.Sprint(value)
	}
	return all
}

func list(values []any) string { return strings.Join(texts(values), ", ") }

// article returns the name of a type after "a" or "an".
func article(noun string) string {
	switch {
	case noun == "null":
		return noun
	case strings.HasPrefix(noun, "a") || strings.HasPrefix(noun, "i") || strings.HasPrefix(noun, "o"):
		return "an " + noun
	}
	return "a " + noun
}

// sameFindings is equal for exceptions that cover the same findings.
func sameFindings(exception map[string]any) string {
	key := ""
	for _, name := range []string{"rule", "kind", "namespace", "name", "container"} {
		key += fmt.Sprintf("%q ", fmt.Sprint(exception[name]))
	}
	return key
}
