package gatekeeper_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/gatekeeper"
)

const (
	templateFile = gatekeeper.Folder + "/k8swindowsworkloads.yaml"
	catalogFile  = gatekeeper.Folder + "/Catalog"
)

func TestFiles_CarryTheVersionOfTheProject(t *testing.T) {
	all, rules := withMine(t, "", "")
	made, err := gatekeeper.Files(all, rules, gatekeeper.Options{})
	require.NoError(t, err)
	changed := strings.Replace(string(made[templateFile]), "is mine", "is not mine", 1)
	require.NotEqual(t, string(made[templateFile]), changed)
	for name, tc := range map[string]struct{ project, template, catalog string }{
		"nothing there":          {"", "0.1.0", "v0.1.0"},
		"the same":               {with(string(made[templateFile]), "0.1.0"), "0.1.0", "v0.1.0"},
		"the same, later":        {with(string(made[templateFile]), "0.4.2"), "0.4.2", "v0.4.2"},
		"other logic":            {with(changed, "0.4.9"), "0.4.10", "v0.4.10"},
		"other logic, older":     {with(changed, "0.0.9"), "0.1.0", "v0.1.0"},
		"a candidate":            {with(changed, "0.4.0-rc.1"), "0.4.1", "v0.4.1"},
		"another title":          {with(strings.Replace(string(made[templateFile]), "/title: ", "/title: A ", 1), "0.4.2"), "0.4.2", "v0.4.2"},
		"a version that is none": {with(changed, "next"), "0.1.0", "v0.1.0"},
		"a file that is broken":  {"]", "0.1.0", "v0.1.0"},
	} {
		t.Run(name, func(t *testing.T) {
			project := fstest.MapFS{}
			if tc.project != "" {
				project[templateFile] = &fstest.MapFile{Data: []byte(tc.project)}
			}
			got, err := gatekeeper.Files(all, rules, gatekeeper.Options{Project: project})
			require.NoError(t, err)
			require.Contains(t, string(got[templateFile]), "metadata.gatekeeper.sh/version: "+tc.template+"\n")
			require.Contains(t, string(got[catalogFile]), "version: "+tc.catalog+"\n")
			project[templateFile], project[catalogFile] = &fstest.MapFile{Data: got[templateFile]}, &fstest.MapFile{Data: got[catalogFile]}
			again, err := gatekeeper.Files(all, rules, gatekeeper.Options{Project: project})
			require.NoError(t, err)
			require.Equal(t, got, again, "generate has to give the same answer twice")
		})
	}
}

// A template that is gone moves the version of the catalogue, although no other template changed.
func TestFiles_CarryTheVersionOfTheCatalogue(t *testing.T) {
	all, rules := withMine(t, "", "")
	made, err := gatekeeper.Files(all, rules, gatekeeper.Options{})
	require.NoError(t, err)
	project := fstest.MapFS{templateFile: {Data: made[templateFile]}}
	project[catalogFile] = &fstest.MapFile{Data: []byte(strings.Replace(string(made[catalogFile]), "\npolicies:\n", "\npolicies:\n- name: gone\n", 1))}
	got, err := gatekeeper.Files(all, rules, gatekeeper.Options{Project: project})
	require.NoError(t, err)
	require.Contains(t, string(got[catalogFile]), "version: v0.1.1\n")
	require.Equal(t, made[templateFile], got[templateFile])
}

// with gives a template another version.
func with(template, version string) string {
	return strings.Replace(template, "metadata.gatekeeper.sh/version: 0.1.0", "metadata.gatekeeper.sh/version: "+version, 1)
}
