package gotest

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"k8s.io/apimachinery/pkg/util/validation"

	"winpolicy/internal/gatekeeper"
	"winpolicy/internal/sample"
)

// TestInputForms_JudgeEverySampleAlike judges every sample by BySubject. Another grouping divides the same rules otherwise, so of
// samples of one rule and one kind with the same findings, one is enough.
func TestGroupings_JudgeUnlikeSamplesAlike(t *testing.T) {
	t.Parallel()
	samples, product, seen := readSamples(t), newProduct(t), map[string]bool{}
	samples = slices.DeleteFunc(samples, func(one sample.Sample) bool {
		key := likeness(one.File, one)
		alike := seen[key]
		seen[key] = true
		return alike
	})
	t.Logf("%d samples", len(samples))
	for _, grouping := range []gatekeeper.Grouping{gatekeeper.ByRule, gatekeeper.ByCategory, gatekeeper.All} {
		t.Run(string(grouping), func(t *testing.T) {
			t.Parallel()
			require.Positive(t, gatekeeperForm(t, product, grouping, together).holds(t, samples))
		})
	}
}

func TestGroupings_HaveATemplateForEachGroup(t *testing.T) {
	t.Parallel()
	rules := loadRules(t)
	for grouping, want := range map[gatekeeper.Grouping][]string{
		gatekeeper.All:        {"k8swindowsall", "k8swindowsreferential"},
		gatekeeper.BySubject:  {"k8swindowscluster", "k8swindowsreferential", "k8swindowsworkloads"},
		gatekeeper.ByCategory: {"k8swindowscluster", "k8swindowsplacement", "k8swindowsreferential", "k8swindowsrestrictions"},
		gatekeeper.ByRule: func() (names []string) {
			for _, rule := range rules {
				names = append(names, "k8swindows"+strings.ReplaceAll(rule.ID, "-", ""))
			}
			slices.Sort(names)
			return names
		}(),
	} {
		t.Run(string(grouping), func(t *testing.T) {
			var names []string
			for _, template := range templatesOf(t, grouping) {
				names = append(names, template.Metadata.Name)
			}
			slices.Sort(names)
			require.Equal(t, want, names)
		})
	}
}

// Gatekeeper makes a CRD of a template and names it after the template's kind.
func TestGroupings_NameTemplatesAsGatekeeperRequires(t *testing.T) {
	for _, grouping := range gatekeeper.Groupings {
		for _, template := range templatesOf(t, grouping) {
			kind := template.Spec.CRD.Spec.Names.Kind
			require.Equal(t, strings.ToLower(kind), template.Metadata.Name)
			require.Empty(t, validation.IsDNS1123Label(template.Metadata.Name))
		}
		for _, constraint := range gatekeeper.Constraints(loadRules(t), gatekeeper.Options{Grouping: grouping}) {
			require.Empty(t, validation.IsDNS1123Label(constraint.Metadata.Name))
		}
	}
}

// The default has room for rules to come. The other groupings only have to fit, except for the one template of all rules,
// which docs/gatekeeper.md applies on the server side.
func TestGroupings_FitKubectlApply(t *testing.T) {
	t.Parallel()
	product := newProduct(t)
	for _, grouping := range gatekeeper.Groupings {
		files, err := gatekeeper.Files(product.modules, loadRules(t), gatekeeper.Options{Grouping: grouping})
		require.NoError(t, err)
		made := artefacts{}
		for path, text := range files {
			made[path] = string(text)
		}
		if grouping != gatekeeper.All {
			require.NoError(t, small(t, made), grouping)
		}
		if grouping != gatekeeper.BySubject {
			continue
		}
		for file, text := range made {
			if path.Ext(file) == ".yaml" {
				size, err := annotated(text)
				require.NoError(t, err)
				require.LessOrEqual(t, size, 250_000, file)
				t.Logf("%s: %d bytes of annotations", file, size)
			}
		}
	}
}
