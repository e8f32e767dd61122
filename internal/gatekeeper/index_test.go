package gatekeeper_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/finding"
	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/rego"
	"winpolicy/policies"
)

const mine = `# METADATA
# title: Mine
# description: A rule.
# related_resources:
#   - ref: https://example.com
# custom:
#   id: mine
#   category: restrictions
#   severities: [deny]
#   enforcedBy: [advice]
#   profiles: [baseline]
#   since: 0.1.0
#   remedy: None.
%s#   fields: [spec.mine]
package lib.windows.rules.mine

import data.lib.windows.result
import data.lib.windows.subject

%sfinding contains result.deny(rego.metadata.chain(), {"field": "spec.mine", "says": "is mine", "enforcedBy": "advice"}) if {
	subject.pod.mine
}
`

const applying = "applies if subject.pod.mine\n\n"

// withMine gives the product's modules with a team's own rule, and the rules of a template that holds this one.
func withMine(t *testing.T, metadata, body string) ([]rego.Module, []catalog.Rule) {
	t.Helper()
	text := strings.Replace(strings.Replace(mine, "%s", metadata, 1), "%s", body, 1)
	all, err := rego.Load(policies.FS, fstest.MapFS{"lib/windows/rules/mine/mine.rego": {Data: []byte(text)}})
	require.NoError(t, err)
	rules, err := catalog.Load(all)
	require.NoError(t, err)
	return all, slices.DeleteFunc(rules, func(rule catalog.Rule) bool { return rule.ID != "mine" && rule.ID != "host-namespaces" })
}

// source gives the module that Gatekeeper asks of a template with a team's own rule, and the template's libraries.
func source(t *testing.T, metadata, body string) (string, string) {
	t.Helper()
	all, rules := withMine(t, metadata, body)
	templates, err := gatekeeper.Templates(all, rules, gatekeeper.BySubject)
	require.NoError(t, err)
	require.Len(t, templates, 1)
	code := templates[0].Spec.Targets[0].Code[0].Source
	return code.Rego, strings.Join(code.Libs, "\n")
}

func TestTemplates_HaveTheTestsOfTheGateThatKnowTheirRules(t *testing.T) {
	for name, tc := range map[string]struct{ metadata, rego, want string }{
		"a rule about Windows pods only":           {"", "", "same closed"},
		"a rule that applies by what the gate has": {"#   appliesBy: [os]\n", applying, "same closed"},
		"a rule that applies by something else":    {"#   appliesBy: [os, mine]\n", applying, "same"},
		"a rule that does not say":                 {"", applying, "same"},
		"a rule that needs what no plain pod has":  {"#   needs: [hostPID]\n", "", "same closed plain"},
		"a rule that needs a fact":                 {"#   needs: [images.telling]\n", "", "same closed plain"},
		"a rule that needs something else":         {"#   needs: [hostPID, mine]\n", "", "same closed"},
		"a rule that is off":                       {"#   enabled: false\n", "", "same closed plain"},
	} {
		t.Run(name, func(t *testing.T) {
			entry, _ := source(t, tc.metadata, tc.rego)
			var tests []string
			for _, found := range regexp.MustCompile(`not gate\.(\w+)`).FindAllStringSubmatch(entry, -1) {
				tests = append(tests, found[1])
			}
			require.Equal(t, tc.want, strings.Join(tests, " "))
		})
	}
}

func TestTemplates_ARuleThatOnlyNotesNeedsNothingOfPlainPods(t *testing.T) {
	all, rules := withMine(t, "", "")
	for i := range rules {
		if rules[i].ID == "mine" {
			rules[i].Severities = []finding.Severity{finding.Note}
		}
	}
	templates, err := gatekeeper.Templates(all, rules, gatekeeper.BySubject)
	require.NoError(t, err)
	require.Contains(t, templates[0].Spec.Targets[0].Code[0].Source.Rego, "not gate.plain")
}

func TestTemplates_IndexTellsWhenARuleIsAsked(t *testing.T) {
	for name, tc := range map[string]struct{ metadata, want string }{
		"always":                              {"", `always := {"deny": {["mine", "deny"]}`},
		"if a field is set":                   {"#   needs: [mine]\n", `"mine": {["mine", "deny"]}`},
		"if it is configured, when it is off": {"#   enabled: false\n#   needs: [other]\n", `"mine": {["mine", "deny"]}`},
		"in full, if another yields to it":    {"#   yieldsTo: [host-namespaces]\n", `"hostIPC": {["host_namespaces", "deny"], ["host_namespaces", "warn"]}`},
		"in full, where it replaces warnings": {"#   outranks: true\n", `"warn": {["mine", "deny"]}`},
	} {
		t.Run(name, func(t *testing.T) {
			_, libraries := source(t, tc.metadata, "")
			_, index, _ := strings.Cut(libraries, "package lib.windows.index\n")
			require.Contains(t, index, tc.want)
		})
	}
}
