package chart

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/schema"
)

func TestDefaults_StandBelowTheirDescriptions(t *testing.T) {
	long := strings.Repeat("word ", 30) + "end."
	text, err := defaults([]value{
		{"first", with(schema.Bool("Whether."), false)},
		{"second", schema.Text("It has no default.")},
		{"third", with(anything(long), map[string]any{"b": 1, "a": map[string]any{}})},
	})
	require.NoError(t, err)
	require.Equal(t, `
# Whether.
first: false

# `+strings.TrimSpace(strings.Repeat("word ", 20))+`
# `+strings.Repeat("word ", 10)+`end.
third:
  a: {}
  b: 1
`, string(text))
}

// A part of another chart gets the key global. Other keys that the chart does not know are refused, at any depth.
func TestForm_RefusesKeysThatTheChartDoesNotHave(t *testing.T) {
	made := form("it", []value{
		{"closed", schema.Object("", map[string]schema.Schema{"a": schema.Text("")})},
		{"open", anything("")},
	})
	require.Equal(t, false, made.Additional)
	require.Equal(t, false, made.Properties["closed"].Additional)
	require.Equal(t, true, made.Properties["open"].Additional)
	require.Equal(t, true, made.Properties["global"].Additional)
}
