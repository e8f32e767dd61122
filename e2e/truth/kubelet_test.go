package main

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/engine"
	"winpolicy/internal/finding"
)

// The comparison with the kubelet finds a rule that is wrong in either direction.
func TestAskKubelet_BrokenRuleIsADisagreement(t *testing.T) {
	oracle := newOracle(t)
	const types, checked = "lib/windows/rules/volume_path/volume_path.rego", `{"BlockDevice", "CharDevice", "Directory", "File", "Socket"}`
	for name, tc := range map[string]struct {
		config         engine.Config
		file, old, new string
		open           bool
	}{
		"the rules as they are":         {},
		"linux-security-context is off": {config: off("linux-security-context"), open: true},
		"volume-path is off":            {config: off("volume-path"), open: true},
		"a type is missing":             {file: types, old: checked, new: `{"BlockDevice", "CharDevice", "Directory", "File"}`, open: true},
		"a type too many":               {file: types, old: checked, new: `{"DirectoryOrCreate", "BlockDevice", "CharDevice", "Directory", "File", "Socket"}`, open: true},
	} {
		t.Run(name, func(t *testing.T) {
			count, err := askKubelet(t.Context(), newEngine(t, tc.config, tc.file, tc.old, tc.new), oracle, 1, 300)
			require.NoError(t, err)
			require.Equal(t, tc.open, len(count.open) > 0, count.open)
		})
	}
}

// The API server drops a field of windowsOptions that its type does not have. The rule reports these fields and no others.
func TestWindowsOptions_UnknownFieldsAreThoseOfTheAPI(t *testing.T) {
	oracle := newOracle(t)
	fields, err := oracle.fieldsOf()
	require.NoError(t, err)
	judge := newEngine(t, nil, "", "", "")
	known := map[string]bool{}
	names := map[string]bool{}
	for _, one := range fields["WindowsSecurityContextOptions"] {
		known[one.Name], names[one.Name] = true, true
		for i := range one.Name {
			names[one.Name[:i]+strings.ToUpper(one.Name[i:i+1])+one.Name[i+1:]] = true
			names[one.Name[:i]+strings.ToLower(one.Name[i:i+1])+one.Name[i+1:]] = true
			names[one.Name[:i]+one.Name[i+1:]] = true
		}
	}
	require.Len(t, known, 4)
	met, missed := 0, 0
	for name := range names {
		for _, shape := range shapes {
			if !known[name] && shape.kind != "Pod" {
				continue
			}
			for _, list := range []string{"initContainers", "containers", ""} {
				spec := basePod()
				spec["nodeSelector"] = object{"kubernetes.io/os": "windows"}
				put(spec, place{list: list, path: []string{"securityContext", "windowsOptions"}}, name, "x")
				found, err := judgeObject(t.Context(), judge, shape.wrap(spec))
				require.NoError(t, err)
				reported := slices.ContainsFunc(found, func(one finding.Finding) bool { return one.Rule == "windows-options" })
				require.Equal(t, !known[name], reported, "%s in %s of a %s", name, list, shape.kind)
				if reported {
					met++
				} else {
					missed++
				}
			}
		}
	}
	require.Greater(t, met, leastOfEach)
	require.Greater(t, missed, leastOfEach)
}
