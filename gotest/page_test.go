package gotest

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/catalog"
	"winpolicy/internal/config"
	"winpolicy/internal/docgen"
	"winpolicy/internal/modules"
)

// What a page shows stands in a sample file, which every door is tested with, and its exception is a configuration.
func TestThePagesShowTestedSamplesAndConfigurations(t *testing.T) {
	product := newProduct(t)
	samples := readSamples(t)
	platforms, err := catalog.Platforms(product.modules)
	require.NoError(t, err)
	rules := loadRules(t)
	for _, rule := range rules {
		t.Run(rule.ID, func(t *testing.T) {
			article, err := docgen.Write(rule, samples)
			require.NoError(t, err)
			require.Len(t, article.Examples, 3, "samples/%s.yaml needs one that the rule finds and one that is silent", rule.ID)
			for _, example := range article.Examples[:2] {
				found := false
				for _, one := range samples {
					found = found || one.File == rule.ID+".yaml" && strings.Contains(string(one.Object.Document.Raw), example.YAML[:len(example.YAML)-1])
				}
				require.True(t, found, "%s is no sample", example.Name)
			}
			text := "apiVersion: " + config.APIVersion + "\n" + article.Examples[2].YAML
			_, err = config.Parse("winpolicy.yaml", []byte(text), config.Schema(rules, catalog.Names(platforms)))
			require.NoError(t, err)
		})
	}
}

// The table of the library is what the rule goes by, the METADATA what is told of it.
func TestLinuxSecurityContextNamesTheFieldsOfItsTable(t *testing.T) {
	product := newProduct(t)
	rule, err := catalog.Find(loadRules(t), "linux-security-context")
	require.NoError(t, err)
	for table, prefix := range map[string]string{
		"pod_fields":       "spec.securityContext",
		"container_fields": "spec.{initContainers,containers,ephemeralContainers}[*].securityContext",
	} {
		value, err := modules.Constant(product.modules, "lib.windows.linux_only", table)
		require.NoError(t, err)
		var names []string
		for _, name := range value.([]any) {
			names = append(names, name.(string))
		}
		require.Contains(t, rule.Fields, fmt.Sprintf("%s.{%s}", prefix, strings.Join(names, ",")))
	}
}
