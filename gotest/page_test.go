package gotest

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/config"
	"winpolicy/internal/docs"
	"winpolicy/internal/rego"
	"winpolicy/internal/sample"
)

// The examples of a page are samples, which are tested in every input form, and its exception is a valid configuration.
func TestPages_ShowTestedSamplesAndConfigurations(t *testing.T) {
	product := newProduct(t)
	samples := readSamples(t)
	platforms, err := catalog.Platforms(product.modules)
	require.NoError(t, err)
	rules := loadRules(t)
	for _, rule := range rules {
		t.Run(rule.ID, func(t *testing.T) {
			article, err := docs.Write(rule, samples)
			require.NoError(t, err)
			require.Len(t, article.Examples, 3, "samples/%s.yaml needs one that the rule finds and one that is silent", rule.ID)
			found, silent := shown(t, rule, samples, article.Examples[0]), shown(t, rule, samples, article.Examples[1])
			require.True(t, slices.ContainsFunc(found.Wants, func(want sample.Want) bool { return want.Rule == rule.ID }))
			require.Empty(t, silent.Wants)
			require.False(t, silent.Given)
			text := "apiVersion: " + config.APIVersion + "\n" + article.Examples[2].YAML
			_, err = config.Parse("winpolicy.yaml", []byte(text), config.Schema(rules, catalog.Names(platforms)))
			require.NoError(t, err)
		})
	}
}

func TestPages_HaveAFindingOfEverySeverity(t *testing.T) {
	t.Parallel()
	files := generated(t)
	for _, rule := range loadRules(t) {
		t.Run(rule.ID, func(t *testing.T) {
			_, table, found := strings.Cut(string(files[docs.Folder+"/"+rule.ID+".md"]), "\n## Findings\n\n")
			require.True(t, found, "samples/%s.yaml needs an object that the rule finds", rule.ID)
			table, _, _ = strings.Cut(table, "\n\n")
			for _, severity := range rule.Severities {
				require.Contains(t, table, "| "+string(severity)+" |", "samples/%s.yaml needs a finding of this severity", rule.ID)
			}
		})
	}
}

// shown returns the sample that an example of a page shows.
func shown(t *testing.T, rule catalog.Rule, samples []sample.Sample, example docs.Example) sample.Sample {
	t.Helper()
	for _, one := range samples {
		if one.File == rule.ID+".yaml" && strings.Contains(string(one.Object.Document.Raw), strings.TrimSpace(example.YAML)) {
			return one
		}
	}
	t.Fatalf("%s is no sample of %s", example.Name, rule.ID)
	return sample.Sample{}
}

// The rule reads a table of the library, and METADATA repeats the fields for the documentation.
func TestLinuxSecurityContext_MetadataNamesTheFieldsOfItsTable(t *testing.T) {
	product := newProduct(t)
	rule, err := catalog.Find(loadRules(t), "linux-security-context")
	require.NoError(t, err)
	for table, prefix := range map[string]string{
		"pod_fields":       "spec.securityContext",
		"container_fields": "spec.{initContainers,containers,ephemeralContainers}[*].securityContext",
	} {
		value, err := rego.Constant(product.modules, "lib.windows.linux_only", table)
		require.NoError(t, err)
		var names []string
		for _, name := range value.([]any) {
			names = append(names, name.(string))
		}
		require.Contains(t, rule.Fields, fmt.Sprintf("%s.{%s}", prefix, strings.Join(names, ",")))
	}
}
