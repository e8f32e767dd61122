package gotest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/check"
	"winpolicy/internal/edit"
	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
	"winpolicy/internal/manifest"
	"winpolicy/internal/repair"
	"winpolicy/internal/sample"
)

// fixesOf gives the fixes of the findings of a sample, each once.
func fixesOf(t *testing.T, rules *engine.Engine, one sample.Sample) [][]finding.Operation {
	t.Helper()
	verdict, err := rules.Judge(t.Context(), one.Object.Value)
	require.NoError(t, err)
	var all [][]finding.Operation
	seen := map[string]bool{}
	for _, found := range verdict.Findings {
		text, err := json.Marshal(found.Fix)
		require.NoError(t, err)
		if len(found.Fix) > 0 && !seen[string(text)] {
			seen[string(text)] = true
			all = append(all, found.Fix)
		}
	}
	return all
}

// Every fix of every sample, in every spelling: the text after it reads as the object after it, as a library for JSON Patch
// gives it with its default options. Every comment stays that is not in or directly above a line that goes, and every other
// line is the same.
func TestRepair_EditsEverySpellingOfEverySample(t *testing.T) {
	t.Parallel()
	engines, edited, without := planEngines(t), 0, 0
	for _, one := range readSamples(t) {
		if one.Given || one.IsReview() {
			continue
		}
		fixes := fixesOf(t, engines.of(t, one), one)
		if len(fixes) == 0 {
			continue
		}
		node := nodeOf(t, one.Object.Value)
		for _, spelled := range spellings() {
			document := manifest.Document{File: one.File, Line: 1, Raw: []byte(spelled.write(t, node))}
			if asJSON(t, one.Object.Value) != asJSON(t, spelled.read(t, document)) {
				continue // the way of writing has changed a value, for example a line end in a text
			}
			for i, fix := range fixes {
				name := fmt.Sprintf("%s/%s/%s/%d", one.File, one.Name, spelled.name, i)
				text, refused := edit.Of(document).Apply([]edit.Edit{{Path: spelled.path, Operations: fix}})
				if endless(string(document.Raw), refused[0]) {
					without++
					continue
				}
				require.NoError(t, refused[0], "%s\n%s\n%v", name, document.Raw, fix)
				require.Equal(t, asJSON(t, applied(t, one, fix)), asJSON(t, spelled.read(t, manifest.Document{Raw: text})), name)
				requireOthersKept(t, name, string(document.Raw), string(text), fix)
				requireLinesKept(t, name, string(document.Raw), string(text), fix)
				edited++
			}
		}
	}
	t.Logf("%d edits, %d refused", edited, without)
	require.Greater(t, edited, 5000)
}

// endless tells whether an edit was refused because a block scalar ends the text without a line end. To add one would change
// the scalar.
func endless(text string, refused error) bool {
	return refused != nil && strings.Contains(refused.Error(), "add a line end") && !strings.HasSuffix(text, "\n")
}

func asJSON(t *testing.T, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return string(text)
}

var comment = regexp.MustCompile(`# (above|behind) (\d+)|# end|# all|# last`)

// requireOthersKept looks at comments. The comment above a line goes only with the line. The comment behind a line goes only
// with the line, with the first key of an item, or with a list that is replaced.
func requireOthersKept(t *testing.T, name, before, after string, fix []finding.Operation) {
	t.Helper()
	kept := comment.FindAllString(after, -1)
	lost := slices.DeleteFunc(comment.FindAllString(before, -1), func(text string) bool { return slices.Contains(kept, text) })
	has := func(op string) bool {
		return slices.ContainsFunc(fix, func(operation finding.Operation) bool { return operation.Op == op })
	}
	require.True(t, len(lost) == 0 || has("remove") || has("replace"), "%s loses %v", name, lost)
	for _, text := range lost {
		if number, ok := strings.CutPrefix(text, "# above "); ok {
			require.Contains(t, lost, "# behind "+number, "%s loses the comment above a line that stays:\n%s", name, after)
			continue
		}
		number, ok := strings.CutPrefix(text, "# behind ")
		require.True(t, ok, "%s loses %s:\n%s", name, text, after)
		item := regexp.MustCompile(`(?m)^ *- .* # behind ` + number + `\r?$`).MatchString(before)
		require.True(t, slices.Contains(lost, "# above "+number) || item || has("replace"), "%s loses the comment behind a line that stays:\n%s", name, after)
	}
}

var numbered = regexp.MustCompile(`(?m)^.* # behind (\d+)\r?$`)

// requireLinesKept looks at the lines that have a comment behind them. A line that stays is the same byte for byte, except the
// one that an operation replaces, renames or fills, or from which the first key of an item goes.
func requireLinesKept(t *testing.T, name, before, after string, fix []finding.Operation) {
	t.Helper()
	lines := map[string]string{}
	for _, line := range numbered.FindAllStringSubmatch(before, -1) {
		lines[line[1]] = line[0]
	}
	changed := 0
	for _, line := range numbered.FindAllStringSubmatch(after, -1) {
		if lines[line[1]] != line[0] {
			changed++
		}
	}
	for _, operation := range fix {
		if operation.Op != "test" {
			changed--
		}
	}
	require.LessOrEqual(t, changed, 0, "%s changes other lines:\n%s", name, after)
}

// After all fixes of a sample, no finding is left that has a fix, none has come, and nothing is left to do.
func TestRepair_LeavesNothingToRepair(t *testing.T) {
	t.Parallel()
	engines, repaired := planEngines(t), 0
	for _, one := range readSamples(t) {
		if one.Given || one.IsReview() {
			continue
		}
		rules := engines.of(t, one)
		text := asJSON(t, one.Object.Value)
		document := manifest.Document{File: one.File, Line: 1, Raw: []byte(text)}
		result := repair.Repairer{Rules: rules}.Document(t.Context(), document)
		require.Empty(t, result.Errors)
		for _, left := range result.Left {
			require.Empty(t, left.Fix, "%s/%s: %s: %s", one.File, one.Name, left.Message, left.Why)
			require.NotEmpty(t, left.Before.File, "%s/%s: a fix brought %s", one.File, one.Name, left.Message)
		}
		repaired += len(result.Fixed)
		again := repair.Repairer{Rules: rules}.Document(t.Context(), manifest.Document{File: one.File, Line: 1, Raw: result.Text})
		require.Equal(t, string(result.Text), string(again.Text))
		require.Empty(t, again.Fixed)
		inputs, faults := manifest.Document{Raw: result.Text}.Inputs()
		require.Empty(t, faults)
		require.Len(t, check.Judge(t.Context(), rules, "", inputs).Violations, len(result.Left))
	}
	require.Greater(t, repaired, 200)
}
