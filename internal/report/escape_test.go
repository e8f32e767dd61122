package report_test

import (
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/report"
)

func TestEscape_LeavesNoCommandOfACISystem(t *testing.T) {
	for text, want := range map[string]string{
		"::error::x":                 `\u{3a}:error::x`,
		" \u00a0\u3000::error::x":    `\u{3a}:error::x`,
		"a::b":                       "a::b",
		"x ##vso[task.complete]":     `x \u{23}#vso[task.complete]`,
		"###[error]":                 `\u{23}\u{23}#[error]`,
		"a ## b":                     "a ## b",
		"#\u00ad#vso[task.complete]": `#\u{ad}#vso[task.complete]`,
		"a\U000e0061b":               `a\u{e0061}b`,
		"Grüße, 世界":                  "Grüße, 世界",
	} {
		require.Equal(t, want, report.Escape(text), "%q", text)
	}
}

func FuzzEscape(f *testing.F) {
	f.Add(hostile)
	f.Add("x ###vso[task.complete]")
	f.Fuzz(func(t *testing.T, text string) {
		safe := report.Escape(text)
		for _, char := range safe {
			require.False(t, unicode.In(char, unicode.Cc, unicode.Cf, unicode.Zl, unicode.Zp), "%q", safe)
		}
		require.NotContains(t, safe, "##[")
		require.NotContains(t, safe, "##vso[")
		require.False(t, strings.HasPrefix(strings.TrimSpace(safe), "::"), "%q", safe)
	})
}
