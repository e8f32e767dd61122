package tree_test

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestDecide_KeepsTheBranchOfATrueCondition(t *testing.T) {
	made := parsed(t, map[string]string{
		"a.rego": "package lib.a\n\ngatekeeper if input.review\n",
		"b.rego": "package lib.b\n\nimport data.lib.a\n\nf(x) := [] if {\n\ta.gatekeeper\n} else := [x, _more]\n\n_more := {1, 2} if {\n\tinput.b\n}\n\n" +
			"g := 1 if {\n\tnot a.gatekeeper\n} else := 2\n\nh := 3 if {\n\ta.gatekeeper\n\tinput.c\n} else := 4\n",
	})
	made.Decide("lib.a", "gatekeeper")
	made.Prune(map[string][]string{"lib.b": {"f", "g", "h"}, "lib.a": {"gatekeeper"}})
	text := printed(t, made)["lib.b"]
	require.Contains(t, text, "f(x) := []")
	require.NotContains(t, text, "_more")
	require.Contains(t, text, "not a.gatekeeper")
	require.Contains(t, text, "input.c")
	require.Contains(t, text, ":= 4")
}
