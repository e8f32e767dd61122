package server_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"winpolicy/internal/serve/server"
)

func TestReport_IsHandedOverOrRefused(t *testing.T) {
	for name, tc := range map[string]struct {
		method, path, kind, encoding, body string
		status                             int
		answer                             string
	}{
		"a report":                  {status: http.StatusNoContent},
		"of a partition":            {path: "/status/east-1", status: http.StatusNoContent},
		"with a charset":            {kind: "application/json; charset=utf-8", status: http.StatusNoContent},
		"of no partition":           {path: "/status/", status: http.StatusRequestEntityTooLarge, answer: "send no body\n"},
		"of a strange partition":    {path: "/status/a%2Fb", status: http.StatusRequestEntityTooLarge, answer: "send no body\n"},
		"read":                      {method: http.MethodGet, status: http.StatusMethodNotAllowed, answer: "method not allowed\n"},
		"compressed":                {encoding: "gzip", status: http.StatusUnsupportedMediaType, answer: "send JSON as application/json, without an encoding\n"},
		"a form":                    {kind: "application/x-www-form-urlencoded", status: http.StatusUnsupportedMediaType, answer: "send JSON as application/json, without an encoding\n"},
		"of no type":                {kind: "-", status: http.StatusUnsupportedMediaType, answer: "send JSON as application/json, without an encoding\n"},
		"too large":                 {body: strings.Repeat("x", 1<<20+1), status: http.StatusRequestEntityTooLarge, answer: "the report is too large\n"},
		"that the receiver rejects": {body: "bad", status: http.StatusBadRequest, answer: "not a report\n"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			handler := serving(t, "bundle", server.Options{
				Authorize: func(*http.Request) (string, bool) { return "east", true },
				Receive: func(client string, body []byte) error {
					got = append(got, client+" "+string(body))
					if string(body) == "bad" {
						return errors.New("not a report")
					}
					return nil
				},
			})
			body := or(tc.body, "{}")
			request := httptest.NewRequestWithContext(t.Context(), or(tc.method, http.MethodPost), or(tc.path, server.StatusPath), strings.NewReader(body))
			request.Header.Set("Content-Type", strings.Trim(or(tc.kind, "application/json"), "-"))
			request.Header.Set("Content-Encoding", tc.encoding)
			recorder := httptest.NewRecorder()
			handler.ServeHTTP(recorder, request)
			require.Equal(t, tc.status, recorder.Code)
			require.Equal(t, tc.answer, recorder.Body.String())
			if tc.status == http.StatusNoContent || tc.status == http.StatusBadRequest {
				require.Equal(t, []string{"east " + body}, got)
			} else {
				require.Empty(t, got)
			}
		})
	}
}

func TestReport_NeedsACredential(t *testing.T) {
	handler := serving(t, "bundle", server.Options{
		Authorize: func(*http.Request) (string, bool) { return "", false },
		Receive:   func(string, []byte) error { t.Error("handed over"); return nil },
	})
	require.Equal(t, http.StatusUnauthorized, post(t, handler))
}

// However many agents report at once, few reports are in memory. The others wait for a place.
func TestReport_FewAreInMemoryAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inMemory atomic.Int32
		release := make(chan struct{})
		handler := serving(t, "bundle", server.Options{Receive: func(string, []byte) error {
			inMemory.Add(1)
			<-release
			return nil
		}})
		const agents = 40
		statuses := make(chan int, agents)
		for range agents {
			go func() { statuses <- post(t, handler) }()
		}
		synctest.Wait()
		require.EqualValues(t, 32, inMemory.Load())
		time.Sleep(11 * time.Second)
		for range agents - 32 {
			require.Equal(t, http.StatusServiceUnavailable, <-statuses)
		}
		go func() { statuses <- post(t, handler) }()
		close(release)
		for range 32 + 1 {
			require.Equal(t, http.StatusNoContent, <-statuses)
		}
	})
}

// post sends a report and returns the status of the answer.
func post(t *testing.T, handler http.Handler) int {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, server.StatusPath, strings.NewReader("{}"))
	request.Header.Set("Content-Type", "application/json")
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Code
}

func or(text, otherwise string) string {
	if text == "" {
		return otherwise
	}
	return text
}
