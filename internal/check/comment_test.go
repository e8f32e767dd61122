package check_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/check"
	"winpolicy/internal/manifest"
)

// Only what YAML takes for a comment ignores a rule.
func TestIgnores_AreComments(t *testing.T) {
	const mark = "# winpolicy:ignore gmsa: why"
	for name, one := range map[string]struct {
		text  string
		lines []int // that have an ignore which nothing matches
	}{
		"behind a value":              {"a: b " + mark, []int{1}},
		"on a line of its own":        {mark + "\na: b", []int{1}},
		"behind an apostrophe":        {"a: it's " + mark, []int{1}},
		"behind a quoted apostrophe":  {`a: "it's" ` + mark, []int{1}},
		"CRLF":                        {"a: b " + mark + "\r\nc: d\r\n", []int{1}},
		"in a literal block":          {"a: |\n  x\n  " + mark + "\n", nil},
		"behind text in a block":      {"a: |\n  x " + mark + "\n", nil},
		"in a folded block":           {"a: >-\n  x\n  " + mark + "\nb: c", nil},
		"behind the start of a block": {"a: | " + mark + "\n  x\n", []int{1}},
		"after a block":               {"a: |\n  x\n" + mark + "\nb: c", []int{3}},
		"in double quotes":            {"a: \"x\n  " + mark + "\"", nil},
		"in single quotes":            {"a: 'x " + mark + "'", nil},
		"in quotes and behind them":   {"a: '" + mark + "' " + mark, []int{1}},
		"in a key":                    {"'" + mark + "': a", nil},
		"in a plain value of lines":   {"a: b\n  c " + mark, []int{2}},
		"without a space":             {"a: b#winpolicy:ignore", nil},
		"in JSON":                     {`{"a": "` + mark + `"}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			var got []int
			ignores := &check.Ignores{Rules: map[string]bool{"gmsa": true}, Today: "2026-12-01"}
			input, err := check.Open(t.Context(), []string{"-"}, check.Options{Stdin: strings.NewReader(one.text)})
			require.NoError(t, err)
			input.WithIgnores(ignores)
			result, err := judge(t.Context(), input, newEngine(t, input.Known(t.Context(), nil, nil)))
			require.ErrorIs(t, err, check.ErrNoObject)
			for _, diagnostic := range result.Diagnostics {
				require.Equal(t, "ignore", diagnostic.Kind)
				got = append(got, diagnostic.Line)
			}
			require.Empty(t, result.Errors)
			require.Equal(t, one.lines, got)
		})
	}
}

func FuzzIgnores(f *testing.F) {
	f.Add([]byte("a: |\n  # winpolicy:ignore gmsa: x\nb: c # winpolicy:ignore gmsa: y\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		for document, err := range manifest.Documents(strings.NewReader(string(text)), "fuzz.yaml") {
			if err != nil {
				continue
			}
			inputs, _ := document.Inputs()
			ignores := &check.Ignores{Rules: map[string]bool{"gmsa": true}, Today: "2026-12-01"}
			_, problems := ignores.Marks(document, inputs)
			for _, one := range problems {
				require.GreaterOrEqual(t, one.Line, document.Line)
			}
		}
	})
}
