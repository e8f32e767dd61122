package gotest

import (
	"io/fs"
	"os"
	"path"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

func loadRules(t *testing.T) []catalog.Rule {
	t.Helper()
	all, err := rego.Load(policies.FS)
	require.NoError(t, err)
	rules, err := catalog.Load(all)
	require.NoError(t, err)
	return rules
}

func TestEveryRuleHasATestAndASample(t *testing.T) {
	samples := map[string]bool{}
	for _, one := range readSamples(t) {
		for _, want := range one.Wants {
			samples[one.File+" "+want.Rule] = true
		}
	}
	for _, rule := range loadRules(t) {
		test := strings.TrimSuffix(rule.File, ".rego") + "_test.rego"
		_, err := fs.Stat(policies.FS, test)
		require.NoError(t, err, "add policies/%s", test)
		require.True(t, samples[rule.ID+".yaml "+rule.ID], "add a sample to samples/%s.yaml that %s finds", rule.ID, rule.ID)
	}
}

func TestEverySampleFileBelongsToARule(t *testing.T) {
	rules := loadRules(t)
	entries, err := os.ReadDir("../samples")
	require.NoError(t, err)
	for _, entry := range entries {
		if name, ok := strings.CutSuffix(entry.Name(), ".yaml"); ok {
			_, err := catalog.Find(rules, name)
			require.NoError(t, err, "samples/%s", entry.Name())
		}
	}
}

func TestTheNameOfASampleSaysItsVerdict(t *testing.T) {
	for _, one := range readSamples(t) {
		if path.Dir(one.File) != "." || one.Given {
			continue
		}
		prefix := "allowed-"
		switch {
		case len(one.Expects(finding.Deny)) > 0:
			prefix = "denied-"
		case len(one.Expects(finding.Warn)) > 0:
			prefix = "warned-"
		case len(one.Wants) > 0:
			prefix = "noted-"
		}
		require.True(t, strings.HasPrefix(one.Name, prefix), "samples/%s: %s is not called %s…", one.File, one.Name, prefix)
		require.Equal(t, prefix == "denied-", one.RefusedBy != "", "samples/%s: %s: say `# refused by: apiserver` or gatekeeper where it is denied", one.File, one.Name)
	}
}

func TestSeveritiesOfMetadataAreThoseSamplesShow(t *testing.T) {
	seen := map[string]map[finding.Severity]bool{}
	for _, one := range readSamples(t) {
		for _, want := range one.Wants {
			if seen[want.Rule] == nil {
				seen[want.Rule] = map[finding.Severity]bool{}
			}
			seen[want.Rule][want.Severity] = true
		}
	}
	for _, rule := range loadRules(t) {
		shown := []finding.Severity{}
		for _, severity := range everySeverity {
			if seen[rule.ID][severity] {
				shown = append(shown, severity)
			}
		}
		require.Equal(t, rule.Severities, shown, "%s: METADATA severities against its samples", rule.ID)
	}
}

func TestABrokenContractIsToldWithWhatToAdd(t *testing.T) {
	whole, err := fs.ReadFile(policies.FS, "lib/windows/rules/toleration/toleration.rego")
	require.NoError(t, err)
	for name, tc := range map[string]struct{ cut, put, want string }{
		"no title":             {"# title: A Windows pod that tolerates the taint of Windows nodes\n", "", "METADATA title: add a title"},
		"another id":           {"id: toleration", "id: tolerations", `belongs to package lib.windows.rules.tolerations`},
		"an unknown category":  {"category: placement", "category: places", `"places" must be one of restrictions, placement, cluster`},
		"an unknown key":       {"#   since: 0.1.0", "#   sinse: 0.1.0", `unknown field "sinse"`},
		"an unknown severity":  {"severities: [warn]", "severities: [error]", "custom.severities: list one or more of deny, warn, note"},
		"no remedy":            {"remedy: Add the toleration for the taint of the cluster's Windows nodes, or a RuntimeClass that carries it.", "remedy: ''", "custom.remedy: say what to do"},
		"no METADATA at all":   {"# METADATA", "# metadata", "has no METADATA"},
		"an empty symptom":     {"#     - Pending", "#     - ''", "custom.symptoms: \"\": write each symptom once"},
		"a symptom twice":      {"#     - Pending", "#     - FailedScheduling", "custom.symptoms: \"FailedScheduling\": write each symptom once"},
		"a release unquoted":   {"#   since: 0.1.0", "#   enforcedSince: [{version: 1.30, what: it}]\n#   since: 0.1.0", "cannot unmarshal number"},
		"a release of no form": {"#   since: 0.1.0", "#   enforcedSince: [{version: '1.30', what: it}]\n#   since: 0.1.0", "custom.enforcedSince: \"1.30\": give each entry a version (for example v1.30) and what"},
		"another name of rule": {"finding contains", "violation contains", "the package defines no `finding`"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, string(whole), tc.cut)
			tree := fstest.MapFS{}
			for _, path := range []string{"lib/windows/subject/subject.rego", "lib/windows/rules/toleration/toleration.rego"} {
				text, err := fs.ReadFile(policies.FS, path)
				require.NoError(t, err)
				tree[path] = &fstest.MapFile{Data: []byte(strings.Replace(string(text), tc.cut, tc.put, 1))}
			}
			all, err := rego.Load(tree)
			require.NoError(t, err)
			_, err = catalog.Load(all)
			require.ErrorContains(t, err, tc.want)
			require.ErrorContains(t, err, "policies/lib/windows/rules/toleration/toleration.rego")
		})
	}
}
