package e2e

import (
	"fmt"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// staticConfig includes the file that `winpolicy bundle --static` writes. gzip is on, as it often is for a whole server.
const staticConfig = `
daemon off; pid nginx.pid; error_log stderr error;
events { }
http {
  access_log off; gzip on; gzip_types *; gzip_min_length 1; types { application/gzip gz; }
  client_body_temp_path b; proxy_temp_path p; fastcgi_temp_path f; uwsgi_temp_path u; scgi_temp_path s;
  server { listen %s; root %s/public; include %s/nginx.conf; }
}
`

// published is what a static tree serves: the digests of the plain and the signed bundle, and their revision.
type published struct{ plain, signed, revision string }

// publishStatic writes the bundles of a platform into a tree.
func publishStatic(t *testing.T, tree, private, platform string) published {
	t.Helper()
	text, problems, err := call(t, ".", nil, winpolicy(t), "bundle", "--static", tree, "--platform", platform, "--signing-key", private, "--samples", "../samples")
	require.NoError(t, err, problems)
	lines := regexp.MustCompile(`(?m)^.*: /bundles/windows(?:\.signed)?\.tar\.gz has ([0-9a-f]{64}), \d+ bytes, revision ([0-9a-f]{64})$`).FindAllStringSubmatch(text, -1)
	require.Len(t, lines, 2, text)
	return published{lines[0][1], lines[1][1], lines[0][2]}
}

// TestStatic_WorksBehindNginx lets agents follow a tree that nginx serves.
func TestStatic_WorksBehindNginx(t *testing.T) {
	private, public, _ := keys(t)
	tree := filepath.Join(t.TempDir(), "www")
	first := publishStatic(t, tree, private, "aks")
	nginx := startNginx(t, func(address string) string { return fmt.Sprintf(staticConfig, address, tree, tree) })
	url := "http://" + nginx.address

	run(t, ".", winpolicy(t), "doctor", url+"/bundles/windows.tar.gz")
	run(t, ".", winpolicy(t), "doctor", "--verify-key", public, url+"/bundles/windows.signed.tar.gz")
	for path, want := range map[string]string{
		"/bundles/windows.tar.gz":             "no-cache, no-transform",
		"/bundles/windows.signed.tar.gz":      "no-cache, no-transform",
		"/bundles/" + first.plain + ".tar.gz": "public, max-age=31536000, immutable, no-transform",
		"/nginx.conf":                         "",
		"/.winpolicy-static":                  "",
	} {
		response, err := http.Get(url + path)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		if want == "" {
			require.Equal(t, http.StatusNotFound, response.StatusCode, path)
			continue
		}
		require.Equal(t, http.StatusOK, response.StatusCode, path)
		require.Equal(t, want, response.Header.Get("Cache-Control"), path)
		require.Equal(t, "application/gzip", response.Header.Get("Content-Type"), path)
		require.Empty(t, response.Header.Get("Content-Encoding"), path)
	}

	var fleet []*agentProcess
	for _, version := range agents {
		for _, config := range [][]byte{
			agentConfig(t, "--url", url, "--long-poll", "0s"),
			agentConfig(t, "--url", url, "--long-poll", "0s", "--verify-key", public),
		} {
			text := strings.NewReplacer("min_delay_seconds: 5", "min_delay_seconds: 1", "max_delay_seconds: 30", "max_delay_seconds: 2").Replace(string(config))
			agent := newAgent(t, version, []byte(text))
			agent.start()
			fleet = append(fleet, agent)
		}
	}
	everywhere := func(revision string) {
		t.Helper()
		for _, agent := range fleet {
			agent.waitRevision(revision)
		}
	}
	everywhere(first.revision)
	second := publishStatic(t, tree, private, "gke")
	require.NotEqual(t, first.revision, second.revision)
	everywhere(second.revision)
	for _, digest := range []string{first.plain, first.signed} {
		run(t, ".", winpolicy(t), "bundle", "--static", tree, "--rollback", digest)
	}
	everywhere(first.revision)
}
