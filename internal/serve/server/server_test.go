package server_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/server"
)

const tag = `"a2e27e9c1d9f5b6b6a2b7b2b4b2b2a8d"`

// serving returns a handler that has published a bundle.
func serving(t *testing.T, body string, options server.Options) *server.Handler {
	t.Helper()
	if options.MaxHold == 0 {
		options.MaxHold, options.MaxWaiters = 50*time.Second, 100
	}
	handler := server.NewHandler(options)
	handler.Publish(map[string][]byte{server.Path: []byte(body)})
	return handler
}

func ask(t *testing.T, handler http.Handler, method, path string, ifNoneMatch ...string) *http.Response {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, nil)
	for _, line := range ifNoneMatch {
		request.Header.Add("If-None-Match", line)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func TestHandler_BundleHasStrongETag(t *testing.T) {
	response := ask(t, serving(t, "bundle", server.Options{}), http.MethodGet, server.Path)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, "bundle", string(body))
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Regexp(t, `^"[0-9a-f]{64}"$`, response.Header.Get("Etag"))
	require.Equal(t, "6", response.Header.Get("Content-Length"))
	require.Equal(t, "no-cache, no-transform", response.Header.Get("Cache-Control"))
	require.Equal(t, []string{"application/vnd.openpolicyagent.bundles"}, response.Header["Content-Type"], "an agent polls long only if the type is exactly this")
	require.Empty(t, response.Header.Get("Content-Encoding"), "an agent would decompress the bundle twice")
}

func TestHandler_ReplicasSendTheSameETag(t *testing.T) {
	first := ask(t, serving(t, "bundle", server.Options{}), http.MethodGet, server.Path)
	second := ask(t, serving(t, "bundle", server.Options{}), http.MethodGet, server.Path)
	other := ask(t, serving(t, "another", server.Options{}), http.MethodGet, server.Path)
	require.Equal(t, first.Header.Get("Etag"), second.Header.Get("Etag"))
	require.NotEqual(t, first.Header.Get("Etag"), other.Header.Get("Etag"))
}

func TestHandler_IfNoneMatch(t *testing.T) {
	handler := serving(t, "bundle", server.Options{})
	known := ask(t, handler, http.MethodGet, server.Path).Header.Get("Etag")
	single := serving(t, "bundle", server.Options{CurrentOnly: true})
	for name, tc := range map[string]struct {
		handler *server.Handler
		lines   []string
		want    int
	}{
		"another bundle":                       {handler, []string{tag}, http.StatusOK},
		"this bundle":                          {handler, []string{known}, http.StatusNotModified},
		"a list with this bundle, as OPA 1.22": {handler, []string{tag + ", " + known}, http.StatusNotModified},
		"several lines are one list":           {handler, []string{tag, known}, http.StatusNotModified},
		"weakened by a proxy":                  {handler, []string{"W/" + known}, http.StatusNotModified},
		"a star":                               {handler, []string{"*"}, http.StatusNotModified},
		"without quotes":                       {handler, []string{known[1 : len(known)-1]}, http.StatusOK},
		"empty":                                {handler, []string{""}, http.StatusOK},
		"single publisher, this bundle second": {single, []string{tag + ", " + known}, http.StatusOK},
		"single publisher, this bundle first":  {single, []string{known + ", " + tag}, http.StatusNotModified},
	} {
		t.Run(name, func(t *testing.T) {
			response := ask(t, tc.handler, http.MethodGet, server.Path, tc.lines...)
			require.Equal(t, tc.want, response.StatusCode)
			require.Equal(t, known, response.Header.Get("Etag"), "an agent takes another ETag for a newer bundle")
		})
	}
}

func TestHandler_HEADHasNoBody(t *testing.T) {
	response := ask(t, serving(t, "bundle", server.Options{}), http.MethodHead, server.Path)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Empty(t, body)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, "6", response.Header.Get("Content-Length"))
}

func TestHandler_OtherPathsAndMethodsAreRejected(t *testing.T) {
	handler := serving(t, "bundle", server.Options{})
	for request, want := range map[[2]string]int{
		{http.MethodGet, "/healthz"}:                           http.StatusOK,
		{http.MethodGet, "/readyz"}:                            http.StatusOK,
		{http.MethodGet, "/metrics"}:                           http.StatusOK,
		{http.MethodGet, "/"}:                                  http.StatusNotFound,
		{http.MethodGet, "/bundles/"}:                          http.StatusNotFound,
		{http.MethodGet, "/bundles/other"}:                     http.StatusNotFound,
		{http.MethodGet, server.SignedPath}:                    http.StatusNotFound,
		{http.MethodGet, "/bundles/../bundles/windows.tar.gz"}: http.StatusNotFound,
		{http.MethodGet, "/bundles/%2e%2e/windows.tar.gz"}:     http.StatusNotFound,
		{http.MethodGet, "//bundles/windows.tar.gz"}:           http.StatusNotFound,
		{http.MethodGet, "/bundles/windows.tar.gz/"}:           http.StatusNotFound,
		{http.MethodGet, "/bundles/windows.tar.gz%00"}:         http.StatusNotFound,
		{http.MethodGet, "/debug/pprof/"}:                      http.StatusNotFound,
		{http.MethodGet, "/status"}:                            http.StatusNotFound,
		{http.MethodPut, server.Path}:                          http.StatusMethodNotAllowed,
		{http.MethodDelete, "/healthz"}:                        http.StatusMethodNotAllowed,
	} {
		require.Equal(t, want, ask(t, handler, request[0], request[1]).StatusCode, request)
	}
}

func TestHandler_RequestBodyIsRejected(t *testing.T) {
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, server.Path, strings.NewReader("a body"))
	recorder := httptest.NewRecorder()
	serving(t, "bundle", server.Options{}).ServeHTTP(recorder, request)
	require.Equal(t, http.StatusRequestEntityTooLarge, recorder.Code)
}

func TestHandler_ClientAboveItsRateGets429(t *testing.T) {
	handler := serving(t, "bundle", server.Options{Rate: 0.05})
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, server.Path).StatusCode)
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, server.Path).StatusCode)
	response := ask(t, handler, http.MethodGet, server.Path)
	require.Equal(t, http.StatusTooManyRequests, response.StatusCode)
	require.NotEmpty(t, response.Header.Get("Retry-After"))
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, "/healthz").StatusCode, "probes have no rate")
}

func TestHandler_UnauthorizedClientLearnsNothing(t *testing.T) {
	handler := serving(t, "bundle", server.Options{Authorize: func(*http.Request) (string, bool) { return "", false }})
	for _, path := range []string{server.Path, server.SignedPath, "/metrics", "/nowhere"} {
		response := ask(t, handler, http.MethodGet, path, "*")
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.Equal(t, http.StatusUnauthorized, response.StatusCode, path)
		require.Equal(t, "unauthorized\n", string(body))
		require.Empty(t, response.Header.Get("Etag"))
	}
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, "/readyz").StatusCode)
}

func TestHandler_WithoutBundleIsNotReady(t *testing.T) {
	handler := server.NewHandler(server.Options{MaxHold: time.Minute})
	require.Equal(t, http.StatusServiceUnavailable, ask(t, handler, http.MethodGet, "/readyz").StatusCode)
	require.Equal(t, http.StatusNotFound, ask(t, handler, http.MethodGet, server.Path).StatusCode)
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, "/healthz").StatusCode)
}
