package cluster_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/cluster"
)

func TestFlags_ErrorsNameTheFlag(t *testing.T) {
	t.Setenv("KUBECONFIG", filepath.Join(t.TempDir(), "none"))
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	broken := filepath.Join(t.TempDir(), "broken")
	require.NoError(t, os.WriteFile(broken, []byte("{"), 0o600))
	for name, tc := range map[string]struct {
		arguments []string
		want      string
	}{
		"no kubeconfig":          {nil, "no cluster is configured: " + os.Getenv("KUBECONFIG") + " has none"},
		"a file that is missing": {[]string{"--kubeconfig", "missing"}, "read the kubeconfig: stat missing"},
		"a file that is broken":  {[]string{"--kubeconfig", broken}, "read the kubeconfig: error loading config file"},
		"a context that is not":  {[]string{"--context", "away"}, `context "away" does not exist`},
		"a namespace":            {[]string{"-s", "http://127.0.0.1:1", "-n", "../nodes"}, `"../nodes" is not the name of a namespace`},
		"a selector":             {[]string{"-l", "a in"}, `--selector "a in"`},
		"extra without a value":  {[]string{"--as-user-extra", "scopes"}, `--as-user-extra "scopes"`},
	} {
		t.Run(name, func(t *testing.T) {
			var flags cluster.Flags
			set := pflag.NewFlagSet("", pflag.ContinueOnError)
			flags.Register(set)
			require.NoError(t, set.Parse(tc.arguments))
			_, err := flags.Open("test")
			require.ErrorContains(t, err, tc.want)
		})
	}
}

func TestFlags_ChooseAsKubectl(t *testing.T) {
	var asked *http.Request
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r
		core(w)
	}))
	t.Cleanup(server.Close)
	config := filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(config, []byte(`{apiVersion: v1, kind: Config, current-context: b, clusters: [{name: c, cluster: {server: "`+server.URL+`"}}],
		contexts: [{name: a, context: {cluster: c, namespace: shop}}, {name: b, context: {cluster: c}}]}`), 0o600))
	for name, tc := range map[string]struct {
		arguments []string
		want      string
	}{
		"the current context": {nil, "default"},
		"--context":           {[]string{"--context", "a"}, "shop"},
		"-n":                  {[]string{"--context", "a", "-n", "other"}, "other"},
	} {
		t.Run(name, func(t *testing.T) {
			var flags cluster.Flags
			set := pflag.NewFlagSet("", pflag.ContinueOnError)
			flags.Register(set)
			require.NoError(t, set.Parse(append(tc.arguments, "--kubeconfig", config, "--as", "jane", "--as-user-extra", "scope=x")))
			reader, err := flags.Open("winpolicy/1")
			require.NoError(t, err)
			require.Equal(t, tc.want, reader.Namespace)
			_, err = reader.Kind(t.Context(), "", "Pod")
			require.NoError(t, err)
			require.Equal(t, []string{"winpolicy/1", "jane", "x"}, []string{asked.UserAgent(), asked.Header.Get("Impersonate-User"), asked.Header.Get("Impersonate-Extra-Scope")})
		})
	}
}
