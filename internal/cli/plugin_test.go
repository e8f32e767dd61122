package cli

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlugin_HelpNamesTheCommandOfKubectl(t *testing.T) {
	for program, want := range map[string]string{
		"/usr/bin/winpolicy":            "  winpolicy audit [flags]",
		"/usr/bin/kubectl-winpolicy":    "  kubectl winpolicy audit [flags]",
		"kubectl-winpolicy.exe":         "  kubectl winpolicy audit [flags]",
		"/home/me/kubectl_winpolicy":    "  kubectl winpolicy audit [flags]",
		"/usr/bin/kubectl-winpolicytwo": "  winpolicy audit [flags]",
	} {
		root := New()
		asPlugin(root, program)
		var out bytes.Buffer
		root.SetOut(&out)
		root.SetArgs([]string{"audit", "--help"})
		require.NoError(t, root.Execute())
		require.Contains(t, out.String(), "\n"+want+"\n", program)
		if want[2] == 'k' {
			require.NotRegexp(t, `(?m)^  winpolicy `, out.String())
			require.Contains(t, out.String(), "  kubectl winpolicy audit -A\n")
		}
	}
}

func TestPlugin_HelpOfACommandBelowAnotherNamesItToo(t *testing.T) {
	root := New()
	asPlugin(root, "kubectl-winpolicy")
	below, _, err := root.Find([]string{"new", "rule"})
	require.NoError(t, err)
	require.Contains(t, below.Example, "  kubectl winpolicy new rule ")
	require.Contains(t, below.Long, "pass kubectl winpolicy test")
}
