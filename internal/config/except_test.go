package config_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/config"
)

var form = config.Schema([]catalog.Rule{rule("gmsa"), rule("os-name")}, nil)

func rule(id string) catalog.Rule {
	var made catalog.Rule
	made.ID = id
	return made
}

func accepted(name string) config.Accepted {
	return config.Accepted{Rule: "gmsa", Kind: "Pod", Name: name, Reason: "a test", Expires: "2027-03-31"}
}

// Every line of the file stays, at its place, and only exceptions are added.
func TestWithExceptions_KeepsTheText(t *testing.T) {
	for name, text := range map[string]string{
		"a list":            "# head\napiVersion: winpolicy/v1alpha1\nexceptions:\n# first\n- rule: gmsa # why\n  name: a\n  reason: x\n\n# tail\n",
		"CRLF":              "apiVersion: winpolicy/v1alpha1\r\nexceptions:\r\n  - {rule: gmsa, name: a, reason: x}\r\n",
		"no exceptions":     "apiVersion: winpolicy/v1alpha1\n# tail\n",
		"no line end":       "apiVersion: winpolicy/v1alpha1\nexceptions:\n  - {rule: gmsa, name: a, reason: x}",
		"a document start":  "# head\n---\napiVersion: winpolicy/v1alpha1\n",
		"a byte order mark": "\ufeffapiVersion: winpolicy/v1alpha1\n",
		"JSON":              `{"apiVersion": "winpolicy/v1alpha1", "exceptions": [{"rule": "gmsa", "name": "a", "reason": "x"}]}` + "\n",
	} {
		t.Run(name, func(t *testing.T) {
			made, err := config.WithExceptions("winpolicy.yaml", []byte(text), form, []config.Accepted{accepted("one"), accepted("two")})
			require.NoError(t, err)
			before, err := config.Parse("winpolicy.yaml", []byte(text), form)
			require.NoError(t, err)
			after, err := config.Parse("winpolicy.yaml", made, form)
			require.NoError(t, err, string(made))
			require.Len(t, after.Exceptions(), len(before.Exceptions())+2)
			require.Equal(t, strings.Count(text, "\r\n") > 0, strings.Contains(string(made), "\r\n"))
			require.Equal(t, strings.Contains(string(made), "\r\n"), strings.Count(string(made), "\r\n") == strings.Count(string(made), "\n"))
			rest := string(made)
			for line := range strings.Lines(text) {
				if name == "JSON" {
					break // it has one line
				}
				_, after, found := strings.Cut(rest, strings.TrimRight(line, "\r\n"))
				require.True(t, found, "%q is gone from\n%s", line, made)
				rest = after
			}
		})
	}
}

func TestWithExceptions_RenewsThoseForTheSameFindings(t *testing.T) {
	text := "apiVersion: winpolicy/v1alpha1\nexceptions:\n  - {rule: gmsa, kind: Pod, name: one, reason: old, expires: \"2026-01-01\"} # why\n"
	made, err := config.WithExceptions("winpolicy.yaml", []byte(text), form, []config.Accepted{accepted("two"), accepted("one")})
	require.NoError(t, err)
	require.Equal(t, "apiVersion: winpolicy/v1alpha1\nexceptions:\n"+
		"  - {rule: gmsa, kind: Pod, name: one, reason: a test, expires: \"2027-03-31\"} # why\n"+
		"  - {expires: 2027-03-31, kind: Pod, name: two, reason: a test, rule: gmsa}\n", string(made))
}

func TestWithExceptions_RefusesWhatItCannotWrite(t *testing.T) {
	for text, want := range map[string]string{
		"apiVersion: winpolicy/v1alpha1\nrule: x\n": "winpolicy.yaml:2: rule: unknown key",
		"apiVersion: winpolicy/v1alpha1\nexceptions: &a\n  - &b {rule: gmsa, name: a, reason: x}\n  - {rule: os-name, reason: *c}\n": "winpolicy.yaml",
	} {
		made, err := config.WithExceptions("winpolicy.yaml", []byte(text), form, []config.Accepted{accepted("one")})
		require.ErrorContains(t, err, want)
		require.Nil(t, made)
	}
}

// The exceptions of an old repository are many, and the text is parsed a few times only.
func BenchmarkWithExceptions(b *testing.B) {
	many := make([]config.Accepted, 5000)
	for i := range many {
		many[i] = accepted(fmt.Sprintf("pod-%d", i))
	}
	text := []byte("apiVersion: winpolicy/v1alpha1\nexceptions:\n  - {rule: gmsa, name: a, reason: x}\n")
	for b.Loop() {
		if _, err := config.WithExceptions("winpolicy.yaml", text, form, many); err != nil {
			b.Fatal(err)
		}
	}
}
