package server_test

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/server"
)

const tag = `"a2e27e9c1d9f5b6b6a2b7b2b4b2b2a8d"`

// serving gives a handler that has published a bundle.
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

func TestTheBundleIsServedWithAStrongETag(t *testing.T) {
	response := ask(t, serving(t, "bundle", server.Options{}), http.MethodGet, server.Path)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, "bundle", string(body))
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Regexp(t, `^"[0-9a-f]{64}"$`, response.Header.Get("Etag"))
	require.Equal(t, "6", response.Header.Get("Content-Length"))
	require.Equal(t, "no-cache, no-transform", response.Header.Get("Cache-Control"))
	require.Equal(t, []string{"application/vnd.openpolicyagent.bundles"}, response.Header["Content-Type"], "with anything added an agent would not poll long")
	require.Empty(t, response.Header.Get("Content-Encoding"), "OPA's client would gunzip, and OPA once more")
}

func TestReplicasGiveTheSameETag(t *testing.T) {
	first := ask(t, serving(t, "bundle", server.Options{}), http.MethodGet, server.Path)
	second := ask(t, serving(t, "bundle", server.Options{}), http.MethodGet, server.Path)
	other := ask(t, serving(t, "another", server.Options{}), http.MethodGet, server.Path)
	require.Equal(t, first.Header.Get("Etag"), second.Header.Get("Etag"))
	require.NotEqual(t, first.Header.Get("Etag"), other.Header.Get("Etag"))
}

func TestIfNoneMatch(t *testing.T) {
	handler := serving(t, "bundle", server.Options{})
	known := ask(t, handler, http.MethodGet, server.Path).Header.Get("Etag")
	alone := serving(t, "bundle", server.Options{CurrentOnly: true})
	for name, tc := range map[string]struct {
		handler *server.Handler
		lines   []string
		want    int
	}{
		"of another bundle is answered whole":                            {handler, []string{tag}, http.StatusOK},
		"of this bundle is answered 304":                                 {handler, []string{known}, http.StatusNotModified},
		"of a list that holds it, as OPA 1.22 sends, is a 304":           {handler, []string{tag + ", " + known}, http.StatusNotModified},
		"over several lines is one list":                                 {handler, []string{tag, known}, http.StatusNotModified},
		"that a proxy has weakened is still known":                       {handler, []string{"W/" + known}, http.StatusNotModified},
		"of a star matches anything":                                     {handler, []string{"*"}, http.StatusNotModified},
		"without quotes is no ETag":                                      {handler, []string{known[1 : len(known)-1]}, http.StatusOK},
		"that is empty is answered whole":                                {handler, []string{""}, http.StatusOK},
		"of a superseded bundle is answered whole by a single publisher": {alone, []string{tag + ", " + known}, http.StatusOK},
		"of the current bundle is a 304 of a single publisher":           {alone, []string{known + ", " + tag}, http.StatusNotModified},
	} {
		t.Run(name, func(t *testing.T) {
			response := ask(t, tc.handler, http.MethodGet, server.Path, tc.lines...)
			require.Equal(t, tc.want, response.StatusCode)
			require.Equal(t, known, response.Header.Get("Etag"), "an agent takes any other ETag for a change")
		})
	}
}

func TestHeadHasNoBody(t *testing.T) {
	response := ask(t, serving(t, "bundle", server.Options{}), http.MethodHead, server.Path)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Empty(t, body)
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, "6", response.Header.Get("Content-Length"))
}

func TestOtherPathsAndMethodsAreRefused(t *testing.T) {
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

func TestABodyIsRefused(t *testing.T) {
	request := httptest.NewRequestWithContext(t.Context(), http.MethodGet, server.Path, strings.NewReader("a body"))
	recorder := httptest.NewRecorder()
	serving(t, "bundle", server.Options{}).ServeHTTP(recorder, request)
	require.Equal(t, http.StatusRequestEntityTooLarge, recorder.Code)
}

func TestAClientThatAsksTooOftenIsToldToComeBackLater(t *testing.T) {
	handler := serving(t, "bundle", server.Options{Rate: 0.05})
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, server.Path).StatusCode)
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, server.Path).StatusCode)
	response := ask(t, handler, http.MethodGet, server.Path)
	require.Equal(t, http.StatusTooManyRequests, response.StatusCode)
	require.NotEmpty(t, response.Header.Get("Retry-After"))
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, "/healthz").StatusCode, "a probe is no client")
}

func TestWhoIsNotAllowedLearnsNothing(t *testing.T) {
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

func TestItIsNotReadyBeforeThereIsABundle(t *testing.T) {
	handler := server.NewHandler(server.Options{MaxHold: time.Minute})
	require.Equal(t, http.StatusServiceUnavailable, ask(t, handler, http.MethodGet, "/readyz").StatusCode)
	require.Equal(t, http.StatusNotFound, ask(t, handler, http.MethodGet, server.Path).StatusCode)
	require.Equal(t, http.StatusOK, ask(t, handler, http.MethodGet, "/healthz").StatusCode)
}

func TestServeEndsWithItsContextAndIsNotReadyMeanwhile(t *testing.T) {
	var listening net.ListenConfig
	listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	handler := serving(t, "bundle", server.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		ended <- server.Serve(ctx, listener, handler, server.Listening{Log: slog.New(slog.DiscardHandler)})
	}()
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
	err = server.Serve(t.Context(), listener, server.NewHandler(server.Options{}), server.Listening{Log: slog.New(slog.DiscardHandler)})
	require.ErrorContains(t, err, "serve 127.0.0.1:")
}
