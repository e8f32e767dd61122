package repository

import (
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/stretchr/testify/require"
)

// Every format has the findings of the JSON, with what it carries of each, with help links and without.
func TestFormats_HaveTheFindingsOfTheJSON(t *testing.T) {
	folder := lay(t)
	for _, docs := range []string{"", helpAddress} {
		all := reports(t, build(t, docs), folder)
		known := readJSON(t, all["json"])
		severities := map[string]int{}
		for _, one := range known {
			severities[one.Severity]++
			if docs == "" {
				require.Empty(t, one.Help)
			} else {
				require.Equal(t, helpAddress+"/rules/"+one.Rule, one.Help)
			}
		}
		require.Equal(t, map[string]int{"deny": 7, "warn": 7, "note": 6}, severities)
		for _, name := range slices.Sorted(maps.Keys(formats)) {
			want := make([]found, len(known))
			for i, one := range known {
				want[i] = formats[name].carries(one)
			}
			if name == "junit" || name == "sarif" { // by file, by severity
				slices.SortFunc(want, byPlace)
			}
			got := formats[name].read(t, all[name])
			if name == "junit" || name == "sarif" {
				slices.SortFunc(got, byPlace)
			}
			require.Equal(t, want, got, name)
		}
	}
}

func byPlace(a, b found) int {
	return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line, a.Column-b.Column, strings.Compare(a.Rule, b.Rule))
}

// What is no finding is in the formats that have a place for it.
func TestFormats_TellOfErrorsAndOfWhatIsAccepted(t *testing.T) {
	program, folder := build(t, ""), lay(t)
	all := reports(t, program, folder)
	for _, name := range []string{"deploy/broken.yaml", "deploy/template.yaml"} {
		for format, text := range all {
			require.Contains(t, text, name, format)
		}
	}
	for format, text := range all {
		require.NotContains(t, text, "never-read", format)
		require.NotContains(t, text, "excluded", format)
	}
	for _, format := range []string{"text", "json", "sarif", "markdown"} {
		require.Contains(t, all[format], "this is a Helm chart", format)
		require.Contains(t, all[format], "the exception for gmsa matches no finding", format)
	}
	var document struct {
		Excepted []struct{ By, Reason, Rule string }
		Summary  map[string]int
	}
	require.NoError(t, json.Unmarshal([]byte(all["json"]), &document))
	require.Len(t, document.Excepted, 2)
	require.Equal(t, "the debugger needs it", document.Excepted[1].Reason)
	require.Equal(t, map[string]int{"files": 11, "objects": 10, "judged": 9, "skipped": 1, "deny": 7, "warn": 7, "note": 6, "excepted": 2}, document.Summary)
	require.NotContains(t, all["sarif"], "suppressions", "code scanning would show them")
	shown, _, _ := run(t, program, folder, "check", ".", "--now", today, "-o", "sarif", "--show-excepted")
	log, err := sarif.FromString(shown)
	require.NoError(t, err)
	kinds := map[string]string{}
	for _, one := range log.Runs[0].Results {
		for _, suppression := range one.Suppressions {
			kinds[*suppression.Kind] = *suppression.Justification
		}
	}
	require.Equal(t, map[string]string{"external": "moves to the new cluster", "inSource": "the debugger needs it"}, kinds)
}

// Lines that move leave every fingerprint as it is. Another field changes one.
func TestFormats_FingerprintsStayIfLinesMove(t *testing.T) {
	program, folder := build(t, ""), lay(t)
	before := fingerprints(t, reports(t, program, folder))
	web := filepath.Join(folder, "deploy", "web.yaml")
	text, err := os.ReadFile(web)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(web, append([]byte("# Moved.\n\n"), text...), 0o600))
	require.Equal(t, before, fingerprints(t, reports(t, program, folder)))
	require.NoError(t, os.WriteFile(web, []byte(strings.Replace(string(text), "hostIPC:", "shareProcessNamespace:", 1)), 0o600))
	after := fingerprints(t, reports(t, program, folder))
	for format := range before {
		kept := 0
		for print := range before[format] {
			if after[format][print] {
				kept++
			}
		}
		require.Equal(t, len(before[format])-1, kept, format)
	}
}

// fingerprints returns the fingerprints of the formats that have them.
func fingerprints(t *testing.T, all map[string]string) map[string]map[string]bool {
	t.Helper()
	prints := map[string]map[string]bool{"sarif": {}, "gitlab": {}}
	for _, one := range codeQualityOf(t, all["gitlab"]) {
		prints["gitlab"][one.Fingerprint] = true
	}
	log, err := sarif.FromString(all["sarif"])
	require.NoError(t, err)
	for _, one := range log.Runs[0].Results {
		prints["sarif"][one.PartialFingerprints["winpolicy/v1"]] = true
	}
	require.Len(t, prints["sarif"], 20)
	require.Len(t, prints["gitlab"], 22)
	return prints
}

var excerpt = regexp.MustCompile("(?ms)^### `([a-z]+)`\n.*?^```[a-z]*\n(.*?)^```\n")

// The page shows parts of each report as they are. A line … stands for what is left out.
func TestFormats_AreAsThePageShows(t *testing.T) {
	page, err := os.ReadFile("../../docs/ci.md")
	require.NoError(t, err)
	all := reports(t, build(t, ""), lay(t))
	shown := []string{}
	for _, one := range excerpt.FindAllStringSubmatch(string(page), -1) {
		shown = append(shown, one[1])
		rest := all[one[1]]
		for part := range strings.SplitSeq(one[2], "…\n") {
			_, after, found := strings.Cut(rest, part)
			require.True(t, found, "%s has not, in this order:\n%s\nbut\n%s", one[1], part, all[one[1]])
			rest = after
		}
	}
	require.ElementsMatch(t, slices.Collect(maps.Keys(formats)), shown)
}
