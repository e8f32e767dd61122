package symptom_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/symptom"
)

func find(t testing.TB, phrase, text string) []string {
	t.Helper()
	index, err := symptom.NewIndex([]string{phrase})
	require.NoError(t, err)
	var found []string
	for _, match := range index.Find(text) {
		require.Equal(t, phrase, match.Symptom)
		found = append(found, text[match.Start:match.End])
	}
	return found
}

func TestFind_PhraseInText(t *testing.T) {
	const (
		mismatch = "The container operating system does not match the host operating system."
		taint    = "had taint {…}, that the pod didn't tolerate"
	)
	for name, test := range map[string]struct{ phrase, text, want string }{
		"as it is":                  {"exec format error", "exec format error", "exec format error"},
		"within a text":             {"exec format error", `exec "/app": exec format error (1)`, "exec format error"},
		"any case":                  {"PodOSNotSupported", "reason: podosnotsupported", "podosnotsupported"},
		"a wrapped line":            {mismatch, "x: The container operating\r\n   system does not match the host operating system.: unknown", "The container operating\r\n   system does not match the host operating system"},
		"quotes that JSON escapes":  {`no runtime for "docker" is configured`, `\"no runtime for \"docker\" is configured\"`, `no runtime for \"docker\" is configured`},
		"typographic quotes":        {"node(s) didn't match Pod's node affinity", "node(s) didn’t match Pod’s node affinity", "node(s) didn’t match Pod’s node affinity"},
		"a line break in JSON":      {mismatch, `32fa:\nThe container operating system does not match the host operating system.`, "The container operating system does not match the host operating system"},
		"a coloured log":            {"exec format error", "\x1b[31mexec\x1b[0m format error", "exec\x1b[0m format error"},
		"a part of a word":          {"Pending", "PendingApproval", ""},
		"a word of other letters":   {"Pending", "éPending", ""},
		"other words between":       {"exec format error", "exec the format error", ""},
		"the text ends":             {"exec format error", "exec format", ""},
		"a gap":                     {taint, "3 node(s) had taint {os: windows}, that the pod didn't tolerate.", "had taint {os: windows}, that the pod didn't tolerate"},
		"a gap of no word":          {taint, "had taint {}, that the pod didn't tolerate", ""},
		"a gap that is too long":    {taint, "had taint " + strings.Repeat("x ", 26) + "that the pod didn't tolerate", ""},
		"the first of two":          {"no runtime for … is configured", "no runtime for a is configured, no runtime for b is configured", "no runtime for a is configured"},
		"too far away":              {"exec format error", "exec format" + strings.Repeat(" ", 4096) + "error", ""},
		"a second beginning":        {"exec format error", "exec exec format error", "exec format error"},
		"two dots":                  {"must not contain '..'", "spec.path: must not contain '..'", "must not contain '.."},
		"no two dots":               {"must not contain '..'", "must not contain dots...", ""},
		"a code":                    {"0xc0370101", "failed (0xC0370101)", "0xC0370101"},
		"a code without 0x":         {"0xc0370101", "Error C0370101 (\"x\")", "C0370101"},
		"a code with zeros":         {"0x80070002", "Error 80070002", "80070002"},
		"a decimal code":            {"0xc0370101", "exit code 3224830209", "3224830209"},
		"a negative code":           {"0xc0370101", "exit code -1070137087", "1070137087"},
		"a number that is no code":  {"0xc0370101", "1070137087", ""},
		"another code":              {"0xc0370101", "0xc0370102", ""},
		"a number beyond 32 bits":   {"0xc0370101", "0x1c0370101 7519797505 -99999999999999999999", ""},
		"bytes that are no letters": {"exec format error", "\xff\x00exec\xfeformat\x00error", "exec\xfeformat\x00error"},
	} {
		t.Run(name, func(t *testing.T) {
			var want []string
			if test.want != "" {
				want = []string{test.want}
			}
			require.Equal(t, want, find(t, test.phrase, test.text))
		})
	}
}

func TestFind_WeighsWordsAndCodes(t *testing.T) {
	index, err := symptom.NewIndex([]string{"Pending", "exec format error", "0xc0370101"})
	require.NoError(t, err)
	weights := map[string]int{}
	for _, match := range index.Find("Pending: exec format error 0xC0370101 pending") {
		weights[match.Symptom] = match.Weight
	}
	require.Equal(t, map[string]int{"Pending": 1, "exec format error": 3, "0xc0370101": 8}, weights)
}

func TestCheck_NamesTheRepair(t *testing.T) {
	for phrase, want := range map[string]string{
		"":                       "fewer than 5 letters",
		"a b":                    "fewer than 5 letters",
		"…":                      "write words before and after each …",
		"had taint …":            "write words before and after each …",
		"… is configured":        "write words before and after each …",
		"no runtime … … is here": "write words before and after each …",
		strings.Repeat("a ", 33): "more than 32 words",
		strings.Repeat("a", 65):  "more than 64 bytes",
	} {
		require.ErrorContains(t, symptom.Check(phrase), want, phrase)
	}
	_, err := symptom.NewIndex([]string{"fine phrase", "x"})
	require.ErrorContains(t, err, `"x": fewer than`)
	require.NoError(t, symptom.Check(`no runtime for "…" is configured`))
}

// Every index of a text is valid, whatever the bytes are, and a symptom is found in itself.
func FuzzFind(f *testing.F) {
	for _, seed := range []string{"exec format error", "a\\n0xc0370101 -1070137087", "\x1b[", "\x1b[0123;", "..", "... ..", "had taint {x} that", "\xc3\x28", "éxec \\", "80070002c"} {
		f.Add(seed)
	}
	index, err := symptom.NewIndex([]string{"exec format error", "0xc0370101", "had taint {…}, that … tolerate", "must not contain '..'", "Pending"})
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, text string) {
		last := 0
		for _, match := range index.Find(text) {
			require.True(t, last <= match.Start && match.Start < match.End && match.End <= len(text))
			last = match.Start
		}
		if symptom.Check(text) == nil && !strings.Contains(text, symptom.Gap) {
			require.Len(t, find(t, text, text), 1)
		}
	})
}

// The work for a text grows with its length alone, also where every word begins a symptom. The allocations say so.
func TestFind_WorkGrowsWithTheText(t *testing.T) {
	index, err := symptom.NewIndex([]string{"again … again … again … never", "again again again once"})
	require.NoError(t, err)
	count := func(words int) float64 {
		text := strings.Repeat("Again ", words)
		return testing.AllocsPerRun(1, func() { index.Find(text) })
	}
	require.InEpsilon(t, 10, count(10_000)/count(1_000), 0.1)
}
