package rego_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/rego"
)

func TestConstantsStandWhereTheyAreUsed(t *testing.T) {
	const library = "package lib.a\n\nwords := {\n\t\"x y\",\n\t`\\d`,\n}\n\nlong := \"%s\"\n\ncomputed := count(words)\n\ntwice := 1\n\ntwice := 1\n"
	for name, tc := range map[string]struct{ rule, want string }{
		"of the module":                   {"x if input.y in _own\n\n_own := {1, 2}", "x if input.y in {1, 2}\n\n_own := {1, 2}"},
		"of an import":                    {"x if input.y in a.words", "x if input.y in { \"x y\", `\\d`, }"},
		"under another name":              {"x if input.y in b.words", "x if input.y in { \"x y\", `\\d`, }"},
		"in an else":                      {"x := 1 if input.y else := a.words", "x := 1 if input.y else := { \"x y\", `\\d`, }"},
		"in a head":                       {"x contains _own if input.y\n\n_own := 1", "x contains 1 if input.y\n\n_own := 1"},
		"in every head that it is":        {"x := _own if input.y\n\nz := _own if input.z\n\n_own := 1", "x := 1 if input.y\n\nz := 1 if input.z\n\n_own := 1"},
		"not where a field is asked for":  {"x if a.words[input.y]", "x if a.words[input.y]"},
		"within what is asked for":        {"x if input.y[_own]\n\n_own := 1", "x if input.y[1]\n\n_own := 1"},
		"not what is long":                {"x if input.y == a.long", "x if input.y == a.long"},
		"not what is computed":            {"x if input.y == a.computed", "x if input.y == a.computed"},
		"not what is defined twice":       {"x if input.y == a.twice", "x if input.y == a.twice"},
		"not an argument of its name":     {"f(_own) := _own\n\n_own := 1", "f(_own) := _own\n\n_own := 1"},
		"not what some declares":          {"x if {\n\tsome _own in input.y\n\t_own == 2\n}\n\n_own := 1", "x if {\n\tsome _own in input.y\n\t_own == 2\n}\n\n_own := 1"},
		"not what is assigned":            {"x if {\n\t_own := input.y\n\t_own == 2\n}\n\n_own := 1", "x if {\n\t_own := input.y\n\t_own == 2\n}\n\n_own := 1"},
		"not what every declares":         {"x if {\n\tevery _own in input.y { _own == 2 }\n}\n\n_own := 1", "x if {\n\tevery _own in input.y { _own == 2 }\n}\n\n_own := 1"},
		"not of an import that is hidden": {"f(b) := b.words", "f(b) := b.words"},
		"where it is gone through":        {"x if {\n\tsome y in _own\n\ty == 2\n}\n\n_own := {1}", "x if {\n\tsome y in {1}\n\ty == 2\n}\n\n_own := {1}"},
		"not a function":                  {"x if _own(1) == 1\n\n_own(_) := 1", "x if _own(1) == 1\n\n_own(_) := 1"},
		"not what has a default":          {"x if _own == 1\n\ndefault _own := 1", "x if _own == 1\n\ndefault _own := 1"},
		"not what depends on a condition": {"x if _own == 1\n\n_own := 1 if input.z", "x if _own == 1\n\n_own := 1 if input.z"},
	} {
		t.Run(name, func(t *testing.T) {
			const head = "package lib.rule\n\nimport data.lib.a\nimport data.lib.a as b\n\n"
			all, err := rego.Load(fstest.MapFS{
				"a.rego":    {Data: []byte(strings.ReplaceAll(library, "%s", strings.Repeat("x", 3000)))},
				"rule.rego": {Data: []byte(head + tc.rule)},
			})
			require.NoError(t, err)
			require.Equal(t, head+tc.want, rego.Inline(all)["rule.rego"])
		})
	}
}
