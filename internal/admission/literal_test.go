package admission

import (
	"testing"

	"github.com/google/cel-go/cel"
	"github.com/stretchr/testify/require"
)

func TestLiteral_WritesWhatCELReads(t *testing.T) {
	for name, tc := range map[string]struct {
		value any
		want  string
	}{
		"a text":              {`it's \n`, `'it\'s \\n'`},
		"a line":              {"a\nb", `'a\u000ab'`},
		"a boolean":           {true, "true"},
		"a list":              {[]any{"a", "b"}, "['a', 'b']"},
		"no list":             {[]any(nil), "[]"},
		"a table is its keys": {map[string]any{"b": map[string]any{"source": "x"}, "a": map[string]any{}}, "['a', 'b']"},
		"a map of lists":      {map[string]any{"a": []any{"b"}}, "{'a': ['b']}"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := literal(tc.value)
			require.NoError(t, err)
			require.Equal(t, tc.want, got)
		})
	}
	_, err := literal([]any{1})
	require.EqualError(t, err, "[0]: 1: only texts, booleans, lists and objects of them have a literal")
}

func FuzzQuote(f *testing.F) {
	for _, text := range []string{"", `'`, `\`, "\n", "é", "\x00", "\U0001F600", `\'`} {
		f.Add(text)
	}
	environment, err := cel.NewEnv()
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		parsed, issues := environment.Parse(quote(text))
		require.NoError(t, issues.Err())
		program, err := environment.Program(parsed)
		require.NoError(t, err)
		value, _, err := program.Eval(map[string]any{})
		require.NoError(t, err)
		require.Equal(t, string([]rune(text)), value.Value())
	})
}
