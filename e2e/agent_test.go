package e2e

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// The agent knows only the bundle's URL.
func TestAgent_AnswersAdmissionReviewsWithServedBundle(t *testing.T) {
	agent := startAgent(t, map[string]string{"windows": serve(t)})
	for name, tc := range map[string]struct {
		namespaces map[string]any
		want       map[string]any
	}{
		"a pod that the API server rejects": {
			namespaces: map[string]any{"hostPID": true},
			want: map[string]any{
				"uid": "u-1", "allowed": false, "warnings": []any{},
				"status": map[string]any{"code": 403.0, "message": "spec.hostPID: Windows pods cannot share this namespace, so the API server rejects the pod. Remove the field. (host-namespaces)"},
			},
		},
		"a pod without a finding": {
			want: map[string]any{"uid": "u-1", "allowed": true, "warnings": []any{}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			answer := post(t, agent, review(tc.namespaces))
			require.Equal(t, map[string]any{
				"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview", "response": tc.want,
			}, answer)
		})
	}
}

// A team serves its configuration in a bundle of its own, beside the bundle with the rules.
func TestAgent_UsesConfigurationFromItsOwnBundle(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "winpolicy.yaml"), []byte(`
apiVersion: winpolicy/v1alpha1
platform: generic
rules: {host-namespaces: {enabled: false}}
`), 0o600))
	run(t, folder, winpolicy(t), "bundle", "--config", "winpolicy.yaml", "--config-only", "-o", "config.tar.gz")
	files := httptest.NewServer(http.FileServer(http.Dir(folder)))
	t.Cleanup(files.Close)
	agent := startAgent(t, map[string]string{"windows": serve(t), "config": files.URL + "/config.tar.gz"})
	answer := post(t, agent, review(map[string]any{"hostPID": true}))
	require.Equal(t, map[string]any{
		"uid": "u-1", "allowed": true,
		"warnings": []any{"spec.tolerations: The pod does not tolerate the taint os=windows:NoSchedule of Windows nodes, so it stays Pending. Add the toleration. (toleration)"},
	}, answer.(map[string]any)["response"])
}

func TestServe_KnownETagGets304(t *testing.T) {
	url := serve(t)
	first, err := http.Get(url)
	require.NoError(t, err)
	require.NoError(t, first.Body.Close())
	require.Equal(t, http.StatusOK, first.StatusCode)
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	require.NoError(t, err)
	request.Header.Set("If-None-Match", first.Header.Get("Etag"))
	second, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	require.NoError(t, second.Body.Close())
	require.Equal(t, http.StatusNotModified, second.StatusCode)
	require.Equal(t, first.Header.Get("Etag"), second.Header.Get("Etag"))
}

// review returns the AdmissionReview that the API server sends for a Windows pod with some additional fields.
func review(fields map[string]any) any {
	spec := map[string]any{
		"os":           map[string]any{"name": "windows"},
		"nodeSelector": map[string]any{"kubernetes.io/os": "windows"},
		"containers":   []any{map[string]any{"name": "web", "image": "mcr.microsoft.com/windows/servercore:ltsc2022"}},
	}
	maps.Copy(spec, fields)
	return map[string]any{
		"apiVersion": "admission.k8s.io/v1", "kind": "AdmissionReview",
		"request": map[string]any{"uid": "u-1", "operation": "CREATE", "object": map[string]any{
			"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{"name": "web"}, "spec": spec,
		}},
	}
}

// serve starts `winpolicy serve` on a free port and returns the bundle's URL.
func serve(t *testing.T) string { return startServer(t).url + "/bundles/windows.tar.gz" }

// startAgent runs a real OPA that loads only some bundles, and waits until it has activated them. bundles maps names to URLs.
func startAgent(t *testing.T, bundles map[string]string) string {
	t.Helper()
	services, resources := map[string]any{}, map[string]any{}
	for name, url := range bundles {
		base, resource, found := strings.Cut(strings.TrimPrefix(url, "http://"), "/")
		require.True(t, found, url)
		services[name] = map[string]any{"url": "http://" + base}
		resources[name] = map[string]any{"service": name, "resource": resource}
	}
	text, err := json.Marshal(map[string]any{
		"services": services, "bundles": resources, "default_decision": "winpolicy/admission/response",
	})
	require.NoError(t, err)
	agent := newAgent(t, "opa", text)
	agent.start()
	agent.waitReady()
	return agent.url
}

func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	return listener.Addr().String()
}

func post(t *testing.T, url string, body any) any {
	t.Helper()
	text, err := json.Marshal(body)
	require.NoError(t, err)
	response, err := http.Post(url, "application/json", bytes.NewReader(text))
	require.NoError(t, err)
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, response.StatusCode, string(answer))
	var value any
	require.NoError(t, json.Unmarshal(answer, &value))
	return value
}
