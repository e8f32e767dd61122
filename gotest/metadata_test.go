package gotest

import (
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

var catalogued = sync.OnceValues(func() ([]catalog.Rule, error) {
	all, err := rego.Load(policies.FS)
	if err != nil {
		return nil, err
	}
	return catalog.Load(all)
})

// loadRules returns the catalog, which is read once. The caller may change the list, but no rule in it.
func loadRules(t testing.TB) []catalog.Rule {
	t.Helper()
	rules, err := catalogued()
	require.NoError(t, err)
	return slices.Clone(rules)
}

func TestRules_HaveATestAndASample(t *testing.T) {
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

func TestSamples_EachFileBelongsToARule(t *testing.T) {
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

func TestSamples_AreNamedByTheirVerdict(t *testing.T) {
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

func TestMetadata_SeveritiesAreThoseOfTheSamples(t *testing.T) {
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

func TestMetadata_MistakeIsReportedWithItsRepair(t *testing.T) {
	whole, err := fs.ReadFile(policies.FS, "lib/windows/rules/architecture/architecture.rego")
	require.NoError(t, err)
	for name, tc := range map[string]struct{ cut, put, want string }{
		"no title":             {"# title: A CPU architecture that Windows nodes have\n", "", "METADATA title: add a title"},
		"another id":           {"id: architecture", "id: architectures", `belongs to package lib.windows.rules.architectures`},
		"an unknown category":  {"category: placement", "category: places", `"places" must be one of restrictions, placement, cluster`},
		"an unknown key":       {"#   since: 0.1.0", "#   sinse: 0.1.0", `unknown field "sinse"`},
		"an unknown severity":  {"severities: [deny]", "severities: [error]", "custom.severities: list one or more of deny, warn, note"},
		"no remedy":            {"remedy: ", "remedy: '' # ", "custom.remedy: say what to do"},
		"no METADATA at all":   {"# METADATA", "# metadata", "has no METADATA"},
		"an empty symptom":     {"#     - Pending", "#     - ''", "custom.symptoms: \"\": write each symptom once"},
		"a symptom twice":      {"#     - Pending", "#     - FailedScheduling", "custom.symptoms: \"FailedScheduling\": write each symptom once"},
		"a gap at the end":     {"#     - Pending", "#     - taint …", "custom.symptoms: \"taint …\": write words before and after each …"},
		"a release unquoted":   {"#   since: 0.1.0", "#   enforcedSince: [{version: 1.30, what: it}]\n#   since: 0.1.0", "cannot unmarshal number"},
		"a release of no form": {"#   since: 0.1.0", "#   enforcedSince: [{version: '1.30', what: it}]\n#   since: 0.1.0", "custom.enforcedSince: \"1.30\": give each entry a version (for example v1.30) and what"},
		"an unknown word":      {"#   since: 0.1.0", "#   kinds: [pod]\n#   since: 0.1.0", `kinds: "pod" is not known; write the word pods, or {apiGroups: [...], kinds: [...]}`},
		"an unknown key below": {"#   since: 0.1.0", "#   kinds: [pods, {groups: [apps]}]\n#   since: 0.1.0", `unknown field "groups"`},
		"kinds of no list":     {"#   since: 0.1.0", "#   kinds: pods\n#   since: 0.1.0", "cannot unmarshal string"},
		"pods with a group":    {"#   since: 0.1.0", "#   inventory: [{groups: [apps], kinds: [pods], fields: [spec]}]\n#   since: 0.1.0", "inventory: pods stands for groups, versions and kinds"},
		"pods without fields":  {"#   since: 0.1.0", "#   inventory: [{kinds: [pods]}]\n#   since: 0.1.0", "custom.inventory: DaemonSet, Deployment, ReplicaSet, StatefulSet: list the fields"},
		"nodes without fields": {"#   since: 0.1.0", "#   inventory: [{groups: [''], versions: [v1], kinds: [Node]}]\n#   since: 0.1.0", "custom.inventory: Node: list the fields"},
		"an unknown fact":      {"needs: [placement.unusual]", "needs: [images.odd]", `lib.windows.facts has no fact "images.odd"`},
		"another name of rule": {"finding contains", "violation contains", "the package defines no `finding`"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Contains(t, string(whole), tc.cut)
			tree := fstest.MapFS{}
			for _, path := range []string{"lib/windows/subject/subject.rego", "lib/windows/rules/architecture/architecture.rego"} {
				text, err := fs.ReadFile(policies.FS, path)
				require.NoError(t, err)
				tree[path] = &fstest.MapFile{Data: []byte(strings.Replace(string(text), tc.cut, tc.put, 1))}
			}
			all, err := rego.Load(tree)
			require.NoError(t, err)
			_, err = catalog.Load(all)
			require.ErrorContains(t, err, tc.want)
			require.ErrorContains(t, err, "policies/lib/windows/rules/architecture/architecture.rego")
		})
	}
}

func TestMetadata_PodsStandsForEveryKindThatCarriesAPod(t *testing.T) {
	rules := loadRules(t)
	byDefault, err := catalog.Find(rules, "host-namespaces")
	require.NoError(t, err)
	build, err := catalog.Find(rules, "windows-build")
	require.NoError(t, err)
	class := catalog.Kinds{APIGroups: []string{"node.k8s.io"}, Kinds: []string{"RuntimeClass"}}
	require.Equal(t, append(slices.Clone(byDefault.Kinds), class), build.Kinds)
}

func TestMetadata_InventoryOfPodsNamesTheFieldsOfEachKind(t *testing.T) {
	networking, err := catalog.Find(loadRules(t), "service-networking")
	require.NoError(t, err)
	labels, containers := map[string]string{}, map[string]int{}
	for _, synced := range networking.Inventory {
		for _, kind := range synced.Kinds {
			for _, field := range synced.Fields {
				if strings.HasSuffix(field, "metadata.labels") {
					labels[kind] = field
				}
				if strings.HasSuffix(field, "ontainers[*].securityContext.windowsOptions.hostProcess") {
					containers[kind]++
				}
			}
		}
	}
	template := "spec.template.metadata.labels"
	require.Equal(t, map[string]string{
		"CronJob": "spec.jobTemplate." + template, "DaemonSet": template, "Deployment": template, "Job": template,
		"Pod": "metadata.labels", "ReplicaSet": template, "ReplicationController": template, "StatefulSet": template,
	}, labels)
	for kind := range labels {
		require.Equal(t, 3, containers[kind], kind)
	}
}
