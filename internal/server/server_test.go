package server_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/server"
)

const tag = `"a2e27e9c1d9f5b6b6a2b7b2b4b2b2a8d"`

func ask(t *testing.T, handler http.Handler, method, path string, ifNoneMatch ...string) *http.Response {
	t.Helper()
	request := httptest.NewRequest(method, path, nil)
	for _, line := range ifNoneMatch {
		request.Header.Add("If-None-Match", line)
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func TestTheBundleIsServedWithAStrongETag(t *testing.T) {
	response := ask(t, server.NewHandler([]byte("bundle")), http.MethodGet, server.Path)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, "bundle", string(body))
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Regexp(t, `^"[0-9a-f]{64}"$`, response.Header.Get("Etag"))
	require.Equal(t, "6", response.Header.Get("Content-Length"))
	require.Equal(t, "no-cache, no-transform", response.Header.Get("Cache-Control"))
	// OPA's client would gunzip a second time, and would poll without a pause.
	require.Empty(t, response.Header.Get("Content-Encoding"))
	require.NotEqual(t, "application/vnd.openpolicyagent.bundles", response.Header.Get("Content-Type"))
}

func TestReplicasGiveTheSameETag(t *testing.T) {
	first := ask(t, server.NewHandler([]byte("bundle")), http.MethodGet, server.Path)
	second := ask(t, server.NewHandler([]byte("bundle")), http.MethodGet, server.Path)
	other := ask(t, server.NewHandler([]byte("another")), http.MethodGet, server.Path)
	require.Equal(t, first.Header.Get("Etag"), second.Header.Get("Etag"))
	require.NotEqual(t, first.Header.Get("Etag"), other.Header.Get("Etag"))
}

func TestIfNoneMatch(t *testing.T) {
	handler := server.NewHandler([]byte("bundle"))
	known := ask(t, handler, http.MethodGet, server.Path).Header.Get("Etag")
	for name, tc := range map[string]struct {
		lines []string
		want  int
	}{
		"of another bundle is answered whole":                  {[]string{tag}, http.StatusOK},
		"of this bundle is answered 304":                       {[]string{known}, http.StatusNotModified},
		"of a list that holds it, as OPA 1.22 sends, is a 304": {[]string{tag + ", " + known}, http.StatusNotModified},
		"over several lines is one list":                       {[]string{tag, known}, http.StatusNotModified},
		"that a proxy has weakened is still known":             {[]string{"W/" + known}, http.StatusNotModified},
		"of a star matches anything":                           {[]string{"*"}, http.StatusNotModified},
		"without quotes is no ETag":                            {[]string{known[1 : len(known)-1]}, http.StatusOK},
		"that is empty is answered whole":                      {[]string{""}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			response := ask(t, handler, http.MethodGet, server.Path, tc.lines...)
			require.Equal(t, tc.want, response.StatusCode)
			require.Equal(t, known, response.Header.Get("Etag"), "an agent takes any other ETag for a change")
		})
	}
}

func TestHeadHasNoBody(t *testing.T) {
	response := ask(t, server.NewHandler([]byte("bundle")), http.MethodHead, server.Path)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Empty(t, body)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, "6", response.Header.Get("Content-Length"))
}

func TestOtherPathsAndMethodsAreRefused(t *testing.T) {
	handler := server.NewHandler([]byte("bundle"))
	for request, want := range map[[2]string]int{
		{http.MethodGet, "/healthz"}:       http.StatusOK,
		{http.MethodGet, "/readyz"}:        http.StatusOK,
		{http.MethodGet, "/"}:              http.StatusNotFound,
		{http.MethodGet, "/bundles/"}:      http.StatusNotFound,
		{http.MethodGet, "/bundles/other"}: http.StatusNotFound,
		{http.MethodPut, server.Path}:      http.StatusMethodNotAllowed,
		{http.MethodDelete, "/healthz"}:    http.StatusMethodNotAllowed,
	} {
		require.Equal(t, want, ask(t, handler, request[0], request[1]).StatusCode, request)
	}
}

func TestServeEndsWithItsContextAndIsNotReadyMeanwhile(t *testing.T) {
	var listening net.ListenConfig
	listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	handler := server.NewHandler([]byte("bundle"))
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx, listener, handler, slog.New(slog.DiscardHandler)) }()
	response, err := http.Get("http://" + listener.Addr().String() + server.Path)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	cancel()
	require.NoError(t, <-ended)
	require.Equal(t, http.StatusServiceUnavailable, ask(t, handler, http.MethodGet, "/readyz").StatusCode)
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, "/healthz").StatusCode)
}

func TestServeTellsWhyItCannot(t *testing.T) {
	var listening net.ListenConfig
	listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	err = server.Serve(t.Context(), listener, server.NewHandler(nil), slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "serve 127.0.0.1:")
}
