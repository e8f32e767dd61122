package board_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/bundle"
	"winpolicy/internal/compiled"
	"winpolicy/internal/rego"
	"winpolicy/internal/serve/board"
	"winpolicy/internal/serve/fleet"
	"winpolicy/internal/serve/publisher"
	"winpolicy/internal/serve/watch"
	"winpolicy/policies"
)

// publish builds what a server serves, with the rules of some folders beside those of the program.
func publish(t *testing.T, settings map[string]any, folders ...string) *publisher.Publication {
	t.Helper()
	built, err := publisher.Publisher{
		Modules: func() ([]rego.Module, error) {
			all, err := rego.Load(policies.FS, bundle.FS)
			for _, folder := range folders {
				if err == nil {
					all, err = rego.Add(all, folder, os.DirFS(folder))
				}
			}
			return all, err
		},
		Settings: func(compiled.Facts) (map[string]any, error) { return settings, nil },
	}.Build(t.Context())
	require.NoError(t, err)
	return &built
}

// pages returns the pages of a server that serves a publication, or nothing.
func pages(served *publisher.Publication, agents *fleet.Fleet, states ...watch.State) http.Handler {
	return board.New(board.Source{
		Agents: agents,
		Served: func() *publisher.Publication { return served },
		States: func() []watch.State { return states },
	})
}

// ask sends a request for this machine, changed by change.
func ask(t *testing.T, pages http.Handler, method, path string, form url.Values, change func(*http.Request)) (int, string, http.Header) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, "http://127.0.0.1:8282"+path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if change != nil {
		change(request)
	}
	recorder := httptest.NewRecorder()
	pages.ServeHTTP(recorder, request)
	body, err := io.ReadAll(recorder.Body)
	require.NoError(t, err)
	return recorder.Code, string(body), recorder.Header()
}

const pod = `apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  os: {name: windows}
  nodeSelector: {kubernetes.io/os: windows}
  hostPID: true
  containers: [{name: web, image: web}]
`

func TestNew_AnswersRequestsThatNameThisMachineOnly(t *testing.T) {
	shown := pages(nil, fleet.New())
	for host, want := range map[string]int{
		"127.0.0.1:8282": http.StatusOK, "localhost:8282": http.StatusOK, "LOCALHOST": http.StatusOK, "[::1]:8282": http.StatusOK, "127.0.0.1": http.StatusOK,
		"rebound.example:8282": http.StatusMisdirectedRequest, "localhost.example": http.StatusMisdirectedRequest, "": http.StatusMisdirectedRequest,
	} {
		for _, path := range []string{"/", "/fleet", "/style.css", "/try"} {
			status, _, header := ask(t, shown, http.MethodGet, path, nil, func(r *http.Request) { r.Host = host })
			require.Equal(t, want, status, "%s %s", host, path)
			require.Contains(t, header.Get("Content-Security-Policy"), "default-src 'none'")
			require.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
		}
	}
}

func TestNew_ServerWithoutABundleSaysSo(t *testing.T) {
	shown := pages(nil, fleet.New())
	for path, want := range map[string]int{"/": http.StatusOK, "/rules/": http.StatusServiceUnavailable, "/rules/host-process/": http.StatusServiceUnavailable} {
		status, body, _ := ask(t, shown, http.MethodGet, path, nil, nil)
		require.Equal(t, want, status, path)
		require.Regexp(t, "none yet|no bundle yet", body)
	}
}

func TestOverview_StaysSmallAndEscapesWhateverAgentsSay(t *testing.T) {
	agents := fleet.New()
	for i := range 10_000 {
		text := fmt.Sprintf(`%d<script>alert(1)</script>\"'\u202e`, i)
		require.NoError(t, agents.Receive("", []byte(`{"labels": {"id": "`+text+`", "version": "`+text+`", "`+text+`": "`+text+`"}, "bundles": {"`+text+`": {"active_revision": "`+text+`", "code": "`+text+`", "message": "`+text+`"}}}`)))
	}
	status, body, _ := ask(t, pages(nil, agents), http.MethodGet, "/?q=%3Cscript%3E", nil, nil)
	require.Equal(t, http.StatusOK, status)
	require.Less(t, len(body), 300_000)
	require.NotContains(t, body, "<script")
	require.NotContains(t, body, "\u202e")
	require.Contains(t, body, "The first 100 are shown")
	require.Contains(t, body, "20 of 10000 are shown")
}

func TestOverview_ShowsWhyAChangeWasRejected(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	_, body, _ := ask(t, pages(nil, fleet.New(), watch.State{Name: "tokens", InUse: at, Failed: at, Error: "tokens:3: <b>"}), http.MethodGet, "/", nil, nil)
	require.Contains(t, body, "The last change of the tokens was rejected")
	require.Contains(t, body, "tokens:3: &lt;b&gt;")
}

func TestTry_JudgesByWhatIsServed(t *testing.T) {
	folder := t.TempDir()
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "allowed_registry"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "allowed_registry", "allowed_registry.rego"), []byte(ownRule), 0o600))
	served := publish(t, map[string]any{"rules": map[string]any{"host-namespaces": map[string]any{"severity": "warn"}}}, folder)
	shown := pages(served, fleet.New())
	status, body, _ := ask(t, shown, http.MethodPost, "/try", url.Values{"manifest": {pod}}, nil)
	require.Equal(t, http.StatusOK, status, body)
	require.Regexp(t, `(?s)Line 7</a></span> <span class="level">warn</span> <a href="/rules/host-namespaces/">`, body)
	require.Regexp(t, `(?s)Line 8</a></span> <span class="level">deny</span> <a href="/rules/allowed-registry/">`, body)
	_, body, _ = ask(t, shown, http.MethodGet, "/rules/?q=registries+of", nil, nil)
	require.Contains(t, body, "own rule")
	_, body, _ = ask(t, shown, http.MethodGet, "/rules/allowed-registry/", nil, nil)
	require.Contains(t, body, "Nodes pull them only from the registries that are near.")
	require.Contains(t, body, "Its findings are deny.")
	require.Contains(t, body, "The registries that Windows images may come from.")
}

func TestTry_RefusesWhatItCannotJudge(t *testing.T) {
	shown := pages(publish(t, nil), fleet.New())
	large := strings.Repeat("#", 256<<10)
	for name, tc := range map[string]struct {
		manifest string
		change   func(*http.Request)
		want     int
		says     string
	}{
		"largest":           {manifest: large, want: http.StatusOK, says: "no Kubernetes object"},
		"too large":         {manifest: large + "#", want: http.StatusRequestEntityTooLarge, says: "larger than 256 KiB"},
		"body too large":    {manifest: strings.Repeat(large, 4), want: http.StatusRequestEntityTooLarge, says: "larger than 256 KiB"},
		"not a form":        {manifest: "a", change: func(r *http.Request) { r.Header.Set("Content-Type", "application/json") }, want: http.StatusUnsupportedMediaType, says: "x-www-form-urlencoded"},
		"a broken form":     {change: func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("manifest=%zz")) }, want: http.StatusBadRequest, says: "form is broken"},
		"another site":      {manifest: "a", change: func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, want: http.StatusForbidden},
		"broken YAML":       {manifest: "a: [\n", want: http.StatusOK, says: "Line 1</a>"},
		"markup in a field": {manifest: strings.Replace(pod, "{name: web}", "{name: '<script>'}", 1), want: http.StatusOK, says: "&lt;script&gt;"},
		"no bundle":         {manifest: "a", want: http.StatusServiceUnavailable, says: "no bundle yet"},
	} {
		t.Run(name, func(t *testing.T) {
			asked := shown
			if name == "no bundle" {
				asked = pages(nil, fleet.New())
			}
			status, body, _ := ask(t, asked, http.MethodPost, "/try", url.Values{"manifest": {tc.manifest}}, tc.change)
			require.Equal(t, tc.want, status, body)
			require.Contains(t, body, tc.says)
			require.NotContains(t, body, "<script")
		})
	}
}

// ownRule is the example of docs/own-rules.md.
const ownRule = `# METADATA
# title: Registries of Windows images
# description: |
#   Windows images are large. Nodes pull them only from the registries that are near.
# custom:
#   id: allowed-registry
#   category: shop
#   severities: [deny]
#   enforcedBy: [advice]
#   remedy: Push the image to an allowed registry, and use it from there.
#   fields: ["spec.{initContainers,containers,ephemeralContainers}[*].image"]
#   parameters:
#     registries:
#       type: array
#       items: {type: string}
#       description: The registries that Windows images may come from.
#       default: [mcr.microsoft.com]
package lib.windows.rules.allowed_registry

import data.lib.windows.containers
import data.lib.windows.parameters
import data.lib.windows.result

finding contains result.deny(rego.metadata.chain(), {
	"field": containers.field(container, "image"),
	"container": container.name,
	"says": "The image is from a registry that is not allowed. Push it to an allowed one.",
	"enforcedBy": "advice",
}) if {
	some container in containers.of_pod
	is_string(container.spec.image)
	not _allowed(container.spec.image)
}

_allowed(image) if {
	some registry in parameters.of(rego.metadata.chain()).registries
	startswith(image, concat("", [registry, "/"]))
}
`
