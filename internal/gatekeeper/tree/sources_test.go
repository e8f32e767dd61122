package tree_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDropSources_LeavesThemWhereTheyAreRead(t *testing.T) {
	modules := map[string]string{
		"images.rego":  "package lib.data.images\n\ntable := {\"a\": {\"size\": 1, \"source\": \"s\"}, \"b\": {\"source\": \"s\"}}\n",
		"builds.rego":  "package lib.data.builds\n\nsources := {\"s\": {\"asOf\": 1}}\n\ntable := {\"b\": {\"source\": \"s\"}}\n",
		"nothing.rego": "package lib.other\n\ntable := {\"b\": {\"source\": \"s\"}}\n",
		"rule.rego":    "package lib.rule\n\nimport data.lib.data.builds\n\nx := builds.sources[input.y].asOf\n",
	}
	made := parsed(t, modules)
	require.NoError(t, made.DropSources("lib.data"))
	got := printed(t, made)
	require.Equal(t, "package lib.data.images\n\ntable := {\"a\": {\"size\": 1}, \"b\": {}}\n", got["lib.data.images"])
	require.Equal(t, modules["builds.rego"], got["lib.data.builds"])
	require.Equal(t, modules["nothing.rego"], got["lib.other"])
}
