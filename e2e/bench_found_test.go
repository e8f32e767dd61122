package e2e

import (
	"encoding/json"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// denied sorts "object rule", each once.
func denied(all []string) []string {
	slices.Sort(all)
	return slices.Compact(all)
}

// ruleIn finds the rule at the end of a message, "field: text (rule)". Gatekeeper's messages end with "(winpolicy explain rule)".
var ruleIn = regexp.MustCompile(`\((?:winpolicy explain )?([a-z0-9-]+)\)$`)

func foundByCheck(t testing.TB, output []byte) []string {
	t.Helper()
	var report struct {
		Violations []struct {
			Rule, Severity string
			Object         struct{ Name string }
		}
	}
	require.NoError(t, json.Unmarshal(output, &report))
	var all []string
	for _, one := range report.Violations {
		if one.Severity == "deny" {
			all = append(all, one.Object.Name+" "+one.Rule)
		}
	}
	return denied(all)
}

func foundByConftest(t testing.TB, output []byte) []string {
	t.Helper()
	var results []struct {
		Filename string
		Failures []struct{ Msg string }
	}
	require.NoError(t, json.Unmarshal(output, &results))
	var all []string
	for _, one := range results {
		for _, failure := range one.Failures {
			all = append(all, objectIn(one.Filename)+" "+ruleIn.FindStringSubmatch(failure.Msg)[1])
		}
	}
	return denied(all)
}

// objectIn gives the name of the object in a file of the corpus.
func objectIn(path string) string {
	number := strings.TrimLeft(strings.TrimSuffix(filepath.Base(path), ".yaml"), "0")
	return "app-" + max(number, "0")
}

func foundByExec(t testing.TB, output []byte) []string {
	t.Helper()
	var report struct {
		Result []struct {
			Path   string
			Result struct {
				Findings []struct {
					Details struct{ Rule, Severity string }
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(output, &report))
	var all []string
	for _, one := range report.Result {
		for _, finding := range one.Result.Findings {
			if finding.Details.Severity == "deny" {
				all = append(all, objectIn(one.Path)+" "+finding.Details.Rule)
			}
		}
	}
	return denied(all)
}

func foundByGator(t testing.TB, output []byte) []string {
	t.Helper()
	var results []struct {
		Msg               string
		EnforcementAction string
		ViolatingObject   struct{ Metadata struct{ Name string } }
	}
	require.NoError(t, json.Unmarshal(output, &results))
	var all []string
	for _, one := range results {
		if one.EnforcementAction == "deny" {
			all = append(all, one.ViolatingObject.Metadata.Name+" "+ruleIn.FindStringSubmatch(one.Msg)[1])
		}
	}
	return denied(all)
}
