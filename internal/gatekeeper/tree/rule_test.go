package tree_test

import (
	"slices"
	"testing"

	"github.com/open-policy-agent/opa/v1/ast"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/gatekeeper/tree"
)

const ruleHead = "package lib.rule\n\nimport data.lib.windows.parameters as p\nimport data.lib.windows.result as r\n\n"

func TestSplitBySeverity_GivesEachSeverityASet(t *testing.T) {
	for name, tc := range map[string]struct {
		rule, want string
		graded     tree.Graded
	}{
		"one severity": {
			"finding contains r.deny(1, {\n\t\"field\": 2, # there\n}) if {\n\tinput.x\n}",
			"graded.deny contains r.deny(1, {\"field\": 2}) if {\n  input.x\n}",
			tree.Graded{Severities: []string{"deny"}},
		},
		"two severities": {
			"finding contains r.deny(1, 2) if input.x\n\nfinding contains r.warn(1, 2) if input.y",
			"graded.deny contains r.deny(1, 2) if input.x\n\ngraded.warn contains r.warn(1, 2) if input.y",
			tree.Graded{Severities: []string{"deny", "warn"}},
		},
		"a severity that the head does not show": {
			"finding contains found if some found in input.y",
			"graded.rest contains found if some found in input.y",
			tree.Graded{Rest: true},
		},
		"another function of result": {
			"finding contains r.unverified(1, 2) if input.y",
			"graded.rest contains r.unverified(1, 2) if input.y",
			tree.Graded{Rest: true},
		},
		"a function of another package": {
			"finding contains p.deny(1, 2) if input.y",
			"graded.rest contains p.deny(1, 2) if input.y",
			tree.Graded{Rest: true},
		},
		"a rule in the middle": {
			"before := input.x\n\nfinding contains r.note(1, 2) if before\n\nafter := input.y",
			"before := input.x\n\ngraded.note contains r.note(1, 2) if before\n\nafter := input.y",
			tree.Graded{Severities: []string{"note"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			made := parsed(t, map[string]string{"rule.rego": ruleHead + tc.rule + "\n"})
			graded, err := made.SplitBySeverity("lib.rule")
			require.NoError(t, err)
			require.ElementsMatch(t, tc.graded.Severities, graded.Severities)
			require.Equal(t, tc.graded.Rest, graded.Rest)
			text := printed(t, made)["lib.rule"]
			require.Zero(t, slices.CompareFunc(read(t, ruleHead+tc.want).Rules, read(t, text).Rules, (*ast.Rule).Compare), text)
			require.NotContains(t, text, "#")
		})
	}
}

func TestReplaceMetadata_GivesEachCallWhatItReads(t *testing.T) {
	made := parsed(t, map[string]string{"rule.rego": ruleHead + `# METADATA
# title: x
finding contains r.deny(rego.metadata.chain(), {"field": x.y})

x := p.of(rego.metadata.chain())

applies if p.given(rego.metadata.chain())
`})
	require.NoError(t, made.ReplaceMetadata([]tree.Metadata{{
		Package: "lib.rule",
		Short:   map[string]any{"id": "a-rule"},
		Full:    map[string]any{"id": "a-rule", "defaults": map[string]any{"words": []string{"tab\there"}, "limit": 1.5}},
	}}))
	full := `[{"annotations": {"custom": {"defaults": {"limit": 1.5, "words": ["tab\there"]}, "id": "a-rule"}}}]`
	require.Equal(t, ruleHead+`finding contains r.deny([{"annotations": {"custom": {"id": "a-rule"}}}], {"field": x.y})

x := p.of(`+full+`)

applies if p.given(`+full+`)
`, printed(t, made)["lib.rule"])
}

func TestReplaceMetadata_SeveralFindingsShareOneConstant(t *testing.T) {
	source := ruleHead + "finding contains r.deny(rego.metadata.chain(), p.x)\n\nfinding contains r.warn(rego.metadata.chain(), p.y)\n"
	metadata := []tree.Metadata{{Package: "lib.rule", Short: map[string]any{"id": "a-rule"}}}
	made := parsed(t, map[string]string{"rule.rego": source})
	require.NoError(t, made.ReplaceMetadata(metadata))
	require.Equal(t, ruleHead+`finding contains r.deny(metadata_of_rule, p.x)

finding contains r.warn(metadata_of_rule, p.y)

metadata_of_rule := [{"annotations": {"custom": {"id": "a-rule"}}}]
`, printed(t, made)["lib.rule"])

	made = parsed(t, map[string]string{"rule.rego": source + "\nmetadata_of_rule := 1\n"})
	require.ErrorContains(t, made.ReplaceMetadata(metadata), "policies/rule.rego:10: a template needs the name metadata_of_rule itself; rename the rule")
}

func TestReplaceMetadata_RefusesOtherCallsWithTheirLine(t *testing.T) {
	for name, source := range map[string]string{
		"of a rule":    "package lib.rule\n\nx := rego.metadata.rule()\n",
		"in a library": "package lib.library\n\nx := rego.metadata.chain()\n",
	} {
		t.Run(name, func(t *testing.T) {
			made := parsed(t, map[string]string{"a.rego": source, "rule.rego": "package lib.rule\n\nx := 1\n"})
			err := made.ReplaceMetadata([]tree.Metadata{{Package: "lib.rule"}})
			require.ErrorContains(t, err, "policies/a.rego:3: rego.metadata.")
		})
	}
}

func TestPrune_LeavesWhatIsReached(t *testing.T) {
	made := parsed(t, map[string]string{
		"rule.rego": `package lib.rule

import data.lib.a
import data.lib.b
import data.lib.c
import data.lib.whole
import data.lib.unused

finding contains x if {
	some x in _helper(a.used)
	c[x]
	whole == {}
}

_helper(list) := {x | some x in list; x != b.also.deep}

unverified contains unused.x
`,
		"a.rego":      "package lib.a\n\nused := inner if input.x\n\nused := 2 if input.y\n\ninner := 1\n\ndead := used\n",
		"b.rego":      "package lib.b\n\nalso.deep := 1\n\nalso.other := 2\n\ndead := 3\n",
		"a/more.rego": "package lib.a\n\nimport data.lib.e\n\nused := e.only if input.z\n",
		"c.rego":      "package lib.c\n\nx := 1\n\ny := 2\n",
		"e.rego":      "package lib.e\n\nonly := 3\n",
		"whole.rego":  "package lib.whole\n\nx := 1\n",
		"unused.rego": "package lib.unused\n\nx := 1\n",
	})
	made.Prune(map[string][]string{"lib.rule": {"finding", "applies"}})
	texts := printed(t, made)
	require.NotContains(t, texts, "lib.unused")
	require.NotContains(t, texts["lib.rule"], "unused")
	require.Len(t, read(t, texts["lib.rule"]).Imports, 4)
	for pkg, want := range map[string]int{"lib.rule": 2, "lib.b": 2, "lib.c": 2, "lib.e": 1, "lib.whole": 1} {
		require.Len(t, read(t, texts[pkg]).Rules, want, pkg)
		require.NotContains(t, texts[pkg], "dead", pkg)
	}
}
