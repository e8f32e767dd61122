package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/engine"
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
