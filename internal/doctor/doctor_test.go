package doctor_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/open-policy-agent/opa/v1/bundle"
	"github.com/stretchr/testify/require"

	"winpolicy/internal/bundler"
	"winpolicy/internal/doctor"
	"winpolicy/internal/serve/server"
)

const bundleType = "application/vnd.openpolicyagent.bundles"

// healthy returns a server without a problem.
func healthy(t *testing.T) http.Handler {
	t.Helper()
	made, err := bundler.Build(t.Context(), nil, map[string]any{"platform": "generic"}, nil)
	require.NoError(t, err)
	handler := server.NewHandler(server.Options{MaxHold: 5 * time.Second, MaxWaiters: 10})
	handler.Publish(map[string][]byte{server.Path: made.Tarball})
	return handler
}

// examine returns the result of each check.
func examine(t *testing.T, handler http.Handler) map[string]doctor.Result {
	t.Helper()
	site := httptest.NewServer(handler)
	t.Cleanup(site.Close)
	results, err := doctor.Run(t.Context(), doctor.Options{
		URL: site.URL + server.Path, Wait: time.Second, Client: &http.Client{Transport: http.DefaultTransport.(*http.Transport).Clone()},
	})
	require.NoError(t, err)
	all := map[string]doctor.Result{}
	for _, result := range results {
		all[result.Check] = result
	}
	return all
}

func TestRun_HealthyServerHasNoProblem(t *testing.T) {
	results := examine(t, healthy(t))
	for check, result := range results {
		if check != "signature" {
			require.Equal(t, doctor.OK, result.Status, result)
		}
	}
	require.Equal(t, doctor.Warn, results["signature"].Status, "whether an agent wants a signature depends on its configuration")
	require.Len(t, results, 13)
}

// An agent without keys rejects a signed bundle, and one with keys rejects an unsigned bundle.
func TestRun_SaysWhetherTheBundleIsSigned(t *testing.T) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	require.NoError(t, os.WriteFile(file, text, 0o600))
	signer, err := bundler.ReadKey(file, "fleet", "RS256")
	require.NoError(t, err)
	made, err := bundler.Build(t.Context(), nil, map[string]any{"platform": "generic"}, signer)
	require.NoError(t, err)
	for want, tarball := range map[string][]byte{"The bundle is signed.": made.Signed, "The bundle is not signed.": made.Tarball} {
		handler := server.NewHandler(server.Options{MaxHold: 5 * time.Second, MaxWaiters: 10})
		handler.Publish(map[string][]byte{server.Path: tarball})
		require.Contains(t, examine(t, handler)["signature"].Message, want)
	}
}

// spoiled changes requests before a handler gets them, and its answers.
type spoiled struct {
	http.Handler
	in  func(*http.Request)
	out func(http.Header, int) int
}

func (s spoiled) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.in != nil {
		s.in(r)
	}
	s.Handler.ServeHTTP(&spoiledWriter{w, s.out}, r)
}

type spoiledWriter struct {
	http.ResponseWriter
	out func(http.Header, int) int
}

func (w *spoiledWriter) WriteHeader(status int) {
	if w.out != nil {
		status = w.out(w.Header(), status)
		w.out = nil
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *spoiledWriter) Write(text []byte) (int, error) {
	if w.out != nil {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(text)
}

func (w *spoiledWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func TestRun_ReportsEachProblem(t *testing.T) {
	good := healthy(t)
	header := func(name, value string) http.Handler {
		return spoiled{Handler: good, out: func(header http.Header, status int) int { header.Set(name, value); return status }}
	}
	var turn atomic.Int64
	for name, tc := range map[string]struct {
		handler             http.Handler
		check, status, want string
	}{
		"304 at once to a long poll": {
			spoiled{Handler: good, in: func(r *http.Request) { r.Header.Del("Prefer") }},
			"long-poll", doctor.Fail, "asks again at once",
		},
		"a type with parameters": {header("Content-Type", bundleType+"; charset=utf-8"), "long-poll", doctor.Warn, "polls every 60 to 120 seconds"},
		"one ETag compared as a string": {
			spoiled{Handler: good, in: func(r *http.Request) {
				if strings.Contains(r.Header.Get("If-None-Match"), ",") {
					r.Header.Del("If-None-Match")
				}
			}},
			"etag-list", doctor.Fail, "superseded_etag_ttl_seconds",
		},
		"no ETag":         {spoiled{Handler: good, out: func(header http.Header, status int) int { header.Del("Etag"); return status }}, "etag", doctor.Fail, "at every poll"},
		"a weakened ETag": {spoiled{Handler: good, out: func(header http.Header, status int) int { header.Set("Etag", "W/"+header.Get("Etag")); return status }}, "etag", doctor.Warn, "is weak"},
		"a 304 with another ETag": {
			spoiled{Handler: good, out: func(header http.Header, status int) int {
				if status == http.StatusNotModified {
					header.Set("Etag", "W/"+header.Get("Etag"))
				}
				return status
			}},
			"not-modified", doctor.Fail, "not ready after a restart",
		},
		"no 304 at all": {spoiled{Handler: good, in: func(r *http.Request) { r.Header.Del("If-None-Match") }}, "not-modified", doctor.Fail, "at every poll"},
		"replicas that differ": {
			spoiled{Handler: good, out: func(header http.Header, status int) int {
				header.Set("Etag", strconv.Quote(strconv.FormatInt(turn.Add(1), 10)))
				return status
			}},
			"replicas", doctor.Fail, "again and again",
		},
		"compression":               {http.HandlerFunc(compressed), "content-encoding", doctor.Fail, "decompresses the bundle twice"},
		"a proxy that may compress": {header("Cache-Control", "max-age=3600"), "cache-control", doctor.Warn, "Send Cache-Control: no-transform"},
		"an agent without a bundle that has to wait": {
			spoiled{Handler: good, in: func(r *http.Request) {
				if strings.Contains(r.Header.Get("Prefer"), "wait") {
					time.Sleep(900 * time.Millisecond)
				}
			}},
			"first-poll", doctor.Fail, "If a request has no ETag, answer at once",
		},
		"no room": {
			spoiled{Handler: good, out: func(_ http.Header, status int) int {
				if status == http.StatusNotModified {
					return http.StatusServiceUnavailable
				}
				return status
			}},
			"long-poll", doctor.Warn, "asks again later",
		},
		"no bundle":                   {http.NotFoundHandler(), "download", doctor.Fail, "answered 404"},
		"an empty body":               {body(nil), "bundle", doctor.Fail, "The body is empty"},
		"a body that is not a bundle": {body([]byte("hello")), "bundle", doctor.Fail, "cannot read the bundle"},
		"everything owned":            {body(pack(t, bundle.Manifest{})), "roots", doctor.Warn, "owns everything"},
		"an optimised bundle":         {body(pack(t, bundle.Manifest{Roots: &[]string{"a", "partial"}})), "roots", doctor.Warn, "partial"},
		"no version of Rego":          {body(pack(t, bundle.Manifest{Roots: &[]string{"a"}})), "rego-version", doctor.Warn, "differently"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			result := examine(t, tc.handler)[tc.check]
			require.Equal(t, tc.status, result.Status, result)
			require.Contains(t, result.Message, tc.want)
		})
	}
}

func body(text []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(text) })
}

func compressed(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Encoding", "gzip")
	writer := gzip.NewWriter(w)
	_, _ = writer.Write([]byte("hello"))
	_ = writer.Close()
}

func pack(t *testing.T, manifest bundle.Manifest) []byte {
	t.Helper()
	var text bytes.Buffer
	require.NoError(t, bundle.NewWriter(&text).Write(bundle.Bundle{Manifest: manifest, Data: map[string]any{"a": map[string]any{"b": true}}}))
	return text.Bytes()
}

func TestRun_ServerThatDoesNotAnswerIsAResult(t *testing.T) {
	site := httptest.NewServer(http.NotFoundHandler())
	site.Close()
	results, err := doctor.Run(t.Context(), doctor.Options{URL: site.URL, Wait: time.Second, Client: &http.Client{}})
	require.NoError(t, err)
	require.Len(t, results, 1)
	require.Equal(t, doctor.Fail, results[0].Status)
}
